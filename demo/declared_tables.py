"""The further StatLine tables of Veenland: one short declaration per table.

Ids, subjects, areas and years are those of the real tables; columns are the ones that the catalogue reads.
"""

# ruff: noqa: E501 - one column per line reads better than a wrapped table
from __future__ import annotations

from demo.declared import Declared, build
from demo.geography import Geography
from demo.key_figure_editions import ALL_LEVELS, key_figures_edition
from demo.key_figures import Sums
from demo.metadata import Table

_SES = "GemiddeldeScore|Gemiddelde score SES-WOA|score|3|ses/households"
_YOUTH_CARE = """
JongerenMetJeugdhulp|Jongeren met jeugdhulp|%|1|youth_care/youth*100
JongerenMetJeugdhulpMetVerblijf|Jongeren met jeugdhulp met verblijf|%|1|residence/youth*100
JongerenMetJeugdbescherming|Jongeren met jeugdbescherming|%|1|protection/minors*100
JongerenMetJeugdreclassering|Jongeren met jeugdreclassering|%|1|probation/teens*100
"""
_DISTANCES = """
AfstandTotHuisartsenpraktijk|Afstand tot huisartsenpraktijk|km|1|km_gp/people
AfstandTotApotheek|Afstand tot apotheek|km|1|km_pharmacy/people
AfstandTotZiekenhuis|Afstand tot ziekenhuis|km|1|km_hospital/people
AfstandTotBibliotheek|Afstand tot bibliotheek|km|1|km_library/people
AfstandTotOpenbaarGroen|Afstand tot openbaar groen|km|1|km_green/people
"""
_CARE = """
PatientenGGZ|Patiënten in de ggz|per 10 000|0|ggz_patients/adults*10000
PatientenPOHGGZ|Patiënten bij de praktijkondersteuner ggz|per 10 000|0|poh_contacts/adults*10000
KostenGGZ|Kosten ggz per verzekerde|euro|0|ggz_costs/insured
KostenHuisarts|Kosten huisarts per verzekerde|euro|0|gp_costs/insured
"""
_MEDICINES = {"N05": "psycholeptics", "N06A": "antidepressants", "N06B": "stimulants"}
_CRIMES = {"0.0.0": "crimes", "1.1.1": "burglaries", "1.4.5": "violence", "2.2.1": "vandalism"}
_SUPPORT = {"H00": "household_help", "O00": "support", "V00": "aids"}

TABLES = (
    *(
        key_figures_edition(year, table, preliminary=year == 2025)
        for year, table in (
            (2018, "84286NED"),
            (2019, "84583NED"),
            (2021, "85039NED"),
            (2022, "85318NED"),
            (2023, "85618NED"),
            (2024, "85984NED"),
            (2025, "86165NED"),
        )
    ),
    Declared(
        "86296NED",
        "Sociaal-economische status (SES-WOA) 2014-2024",
        "CBS",
        ALL_LEVELS,
        (2022, 2023, 2024),
        _SES,
        2024,
    ),
    Declared(
        "85900NED",
        "Sociaal-economische status (SES-WOA) 2014-2022",
        "CBS",
        ("NL", "GM", "WK"),
        (2021, 2022),
        _SES,
    ),
    Declared(
        "85539NED", "Sociaal-economische status (SES-WOA) 2014-2021", "CBS", ("NL", "GM"), (2021,), _SES
    ),
    Declared(
        "85163NED", "Sociaal-economische status (SES-WOA) 2014-2019", "CBS", ("NL", "GM"), (2019,), _SES, 2020
    ),
    Declared(
        "86270NED",
        "Nabijheid voorzieningen; afstand, wijk- en buurtcijfers",
        "CBS",
        ALL_LEVELS,
        (2024,),
        _DISTANCES,
        2024,
    ),
    Declared(
        "86204NED",
        "Jeugdzorg; wijken",
        "CBS",
        ("NL", "GM", "WK"),
        (2023, 2024, 2025),
        _YOUTH_CARE,
        2025,
        min_people=500,
    ),
    Declared(
        "85075NED",
        "Jeugdzorg; wijken 2021",
        "CBS",
        ("NL", "GM", "WK"),
        (2021,),
        _YOUTH_CARE,
        2021,
        min_people=500,
    ),
    Declared(
        "83563NED",
        "Jeugdzorg; wijken 2016",
        "CBS",
        ("NL", "GM", "WK"),
        (2016,),
        _YOUTH_CARE,
        2016,
        min_people=500,
    ),
    Declared(
        "82972NED",
        "Indicatoren jeugdzorg; gemeenten",
        "CBS",
        ("NL", "PV", "GM"),
        (2020, 2022, 2024),
        _YOUTH_CARE,
        2024,
        "RegioS",
    ),
    Declared(
        "85994NED",
        "Sociaal domein; Wmo-cliënten",
        "CBS",
        ("NL", "GM", "WK"),
        (2022, 2023),
        "WmoClientenPer1000|Wmo-cliënten|per 1 000 inwoners|0|wmo/people*1000",
        2023,
    ),
    Declared(
        "86158NED",
        "Wmo-cliënten; type voorziening",
        "CBS",
        ("NL", "GM"),
        (2022, 2023),
        "WmoClientenPer1000|Wmo-cliënten per type|per 1 000 inwoners|1|@/people*1000",
        2023,
        "RegioS",
        split=("TypeMaatwerkvoorziening", _SUPPORT),
    ),
    Declared(
        "83251NED",
        "Personen met verstrekte geneesmiddelen; regio",
        "CBS",
        ("NL", "GG", "GM"),
        (2020, 2021, 2022, 2023),
        "PersonenMetMedicijnenRelatief|Personen met medicijnen|%|1|@/people*100",
        2023,
        "RegioS",
        split=("Geneesmiddelgroep", _MEDICINES),
        fixed={"Geslacht": "T001038"},
    ),
    Declared(
        "80142ned",
        "Overledenen; belangrijke doodsoorzaken, regio",
        "CBS",
        ("NL", "PV", "CR"),
        (2019, 2020, 2021, 2022, 2023),
        "OverledenenPer100000|Overledenen per 100 000|per 100 000|1|@/people*100000",
        2023,
        "RegioS",
        split=("Doodsoorzaken", {"X60-X84": "suicides"}),
        fixed={"Geslacht": "T001038"},
    ),
    Declared(
        "70072ned",
        "Regionale kerncijfers Nederland",
        "CBS",
        ("NL", "PV", "CR", "GM"),
        (2020, 2022, 2024),
        "NettoArbeidsparticipatie|Netto arbeidsparticipatie|%|1|working/working_age*100",
        2024,
        "RegioS",
    ),
    Declared(
        "80202ned",
        "Overledenen; 25 gemeenten",
        "CBS",
        ("GM",),
        (2022,),
        "Overledenen|Overledenen|per 1 000|1|deaths/people*1000",
        2022,
        "RegioS",
    ),
    Declared(
        "47018NED",
        "Geregistreerde misdrijven; wijken en buurten, jaarcijfers",
        "Politie",
        ALL_LEVELS,
        (2022, 2023, 2024),
        "MisdrijvenPer1000Inwoners|Misdrijven per 1 000 inwoners|per 1 000 inwoners|1|@/people*1000",
        2024,
        split=("SoortMisdrijf", {"0.0.0": "crimes"}),
    ),
    Declared(
        "47022NED",
        "Geregistreerde misdrijven; soort misdrijf, gemeenten",
        "Politie",
        ("NL", "GM"),
        (2022, 2023, 2024),
        "MisdrijvenPer1000Inwoners|Misdrijven per 1 000 inwoners|per 1 000 inwoners|1|@/people*1000",
        2024,
        split=("SoortMisdrijf", _CRIMES),
    ),
    Declared(
        "71304ned",
        "Voortijdig schoolverlaters; woongemeente",
        "CBS",
        ("NL", "PV", "GM"),
        (2019, 2020, 2021, 2022, 2023),
        "VoortijdigSchoolverlaters|Voortijdig schoolverlaters|%|1|early_leavers/students*100",
        2023,
        "RegioS",
    ),
    Declared(
        "50149NED",
        "Regiobeeld; zorggebruik en kosten per wijk en buurt",
        "RIVM",
        ("GM", "WK", "BU"),
        (2021, 2022, 2023),
        _CARE,
        2023,
        min_people=250,
    ),
    Declared(
        "50143NED",
        "Beweegvriendelijke omgeving",
        "RIVM",
        ("GM", "WK", "BU"),
        (2023,),
        "TotaalscoreBeweegvriendelijkheid|Totaalscore|score|1|friendly/people",
        2023,
    ),
    Declared(
        "85463NED",
        "Gezondheid en zorggebruik; persoonskenmerken",
        "CBS",
        ("NL",),
        (2021, 2022, 2023),
        "PsychischOngezond|Psychisch ongezond|%|1|complaints/adults*63\nAngstOfDepressiegevoelens|Angst- of depressiegevoelens|%|1|complaints/adults*190\n"
        "BeperktDoorPsychischeKlachten|Beperkt door psychische klachten|%|1|complaints/adults*67",
        region="RegioS",
        fixed={"Persoonskenmerken": "T009002", "Marges": "MW00000"},
    ),
    Declared(
        "85755NED",
        "Gebieden in Nederland 2024",
        "CBS",
        ("GM",),
        (2024,),
        "Inwonertal|Inwonertal|aantal|0|people",
        2024,
        "RegioS",
        periods=False,
    ),
)


def declared_tables(geography: Geography, sums: Sums) -> list[Table]:
    """All tables that are declared here."""
    return [build(declared, geography, sums) for declared in TABLES]
