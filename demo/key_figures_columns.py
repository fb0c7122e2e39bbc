"""The columns of the key figures per wijk and buurt: names as in the real table, and the sums behind them.

A value is a sum over the buurten of an area, or one sum divided by another (times 100 or 1000), so that every
level agrees. The names of the sums are those of `key_figures.base_sums`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: name with its number, title, unit, decimals, group titles, and the sums it is made of."""

    name: str
    title: str
    unit: str
    decimals: int
    groups: tuple[str, ...]
    numerator: str
    denominator: str = ""
    factor: float = 1.0


# stem | title | unit | decimals | sum or ratio (- = filled by hand); a line with # opens a group.
# The number of a column is its position.
_TABLE = """
# Regioaanduiding
Gemeentenaam|Gemeentenaam|naam|0|-
SoortRegio|Soort regio|omschrijving|0|-
Codering|Codering|code|0|-
IndelingswijzigingWijkenEnBuurten|Indelingswijziging wijken en buurten|code|0|-
# Bevolking
AantalInwoners|Aantal inwoners|aantal|0|people
# Bevolking > Geslacht
Mannen|Mannen|aantal|0|men
Vrouwen|Vrouwen|aantal|0|women
# Bevolking > Leeftijdsgroepen
k_0Tot15Jaar|0 tot 15 jaar|aantal|0|age_0_14
k_15Tot25Jaar|15 tot 25 jaar|aantal|0|age_15_24
k_25Tot45Jaar|25 tot 45 jaar|aantal|0|age_25_44
k_45Tot65Jaar|45 tot 65 jaar|aantal|0|age_45_64
k_65JaarOfOuder|65 jaar of ouder|aantal|0|age_65
# Bevolking > Burgerlijke staat
Ongehuwd|Ongehuwd|aantal|0|never_married
Gehuwd|Gehuwd|aantal|0|married
Gescheiden|Gescheiden|aantal|0|divorced
Verweduwd|Verweduwd|aantal|0|widowed
# Bevolking > Personen met een migratieachtergrond
WestersTotaal|Westers totaal|aantal|0|western
# Bevolking > Personen met een migratieachtergrond > Niet-westers
NietWestersTotaal|Niet-westers totaal|aantal|0|non_western
Marokko|Marokko|aantal|0|origin_1
NederlandseAntillenEnAruba|Nederlandse Antillen en Aruba|aantal|0|origin_2
Suriname|Suriname|aantal|0|origin_3
Turkije|Turkije|aantal|0|origin_4
OverigNietWesters|Overig niet-westers|aantal|0|origin_5
# Bevolking > Geboorte en sterfte
GeboorteTotaal|Geboorte totaal|aantal|0|births
GeboorteRelatief|Geboorte relatief|per 1 000 inwoners|0|births/people*1000
SterfteTotaal|Sterfte totaal|aantal|0|deaths
SterfteRelatief|Sterfte relatief|per 1 000 inwoners|0|deaths/people*1000
# Bevolking > Particuliere huishoudens
HuishoudensTotaal|Huishoudens totaal|aantal|0|households
Eenpersoonshuishoudens|Eenpersoonshuishoudens|aantal|0|single
HuishoudensZonderKinderen|Huishoudens zonder kinderen|aantal|0|without_children
HuishoudensMetKinderen|Huishoudens met kinderen|aantal|0|with_children
GemiddeldeHuishoudensgrootte|Gemiddelde huishoudensgrootte|aantal|1|people/households
# Bevolking
Bevolkingsdichtheid|Bevolkingsdichtheid|aantal inwoners per km²|0|people/land*100
# Wonen
Woningvoorraad|Woningvoorraad|aantal|0|dwellings
GemiddeldeWoningwaarde|Gemiddelde woningwaarde|x 1 000 euro|0|value/dwellings
# Wonen > Woningen naar type
PercentageEengezinswoning|Percentage eengezinswoning|%|0|one_family/dwellings*100
PercentageMeergezinswoning|Percentage meergezinswoning|%|0|flats/dwellings*100
# Wonen > Woningen naar bewoning
PercentageBewoond|Percentage bewoond|%|0|occupied/dwellings*100
PercentageOnbewoond|Percentage onbewoond|%|0|vacant/dwellings*100
# Wonen > Woningen naar eigendom
Koopwoningen|Koopwoningen|%|0|owned/dwellings*100
# Wonen > Woningen naar eigendom > Huurwoningen
HuurwoningenTotaal|Huurwoningen totaal|%|0|rented/dwellings*100
InBezitWoningcorporatie|In bezit woningcorporatie|%|0|social_rent/dwellings*100
InBezitOverigeVerhuurders|In bezit overige verhuurders|%|0|private_rent/dwellings*100
# Wonen > Woningen naar eigendom
EigendomOnbekend|Eigendom onbekend|%|0|unknown_owner/dwellings*100
# Wonen > Woningen naar bouwjaar
BouwjaarVoor2000|Bouwjaar voor 2000|%|0|older/dwellings*100
BouwjaarVanaf2000|Bouwjaar vanaf 2000|%|0|newer/dwellings*100
# Energie > Gemiddeld elektriciteitsverbruik
GemiddeldElektriciteitsverbruikTotaal|Gemiddeld elektriciteitsverbruik totaal|kWh|0|electricity/dwellings
# Energie > Gemiddeld elektriciteitsverbruik > Naar woningtype
Appartement|Appartement|kWh|0|electricity_1/dwellings
Tussenwoning|Tussenwoning|kWh|0|electricity_2/dwellings
Hoekwoning|Hoekwoning|kWh|0|electricity_3/dwellings
TweeOnderEenKapWoning|Twee-onder-één-kap-woning|kWh|0|electricity_4/dwellings
VrijstaandeWoning|Vrijstaande woning|kWh|0|electricity_5/dwellings
# Energie > Gemiddeld elektriciteitsverbruik > Naar eigendom
Huurwoning|Huurwoning|kWh|0|electricity_6/dwellings
EigenWoning|Eigen woning|kWh|0|electricity_7/dwellings
# Energie > Gemiddeld aardgasverbruik
GemiddeldAardgasverbruikTotaal|Gemiddeld aardgasverbruik totaal|m³|0|gas/dwellings
# Energie > Gemiddeld aardgasverbruik > Naar woningtype
Appartement|Appartement|m³|0|gas_1/dwellings
Tussenwoning|Tussenwoning|m³|0|gas_2/dwellings
Hoekwoning|Hoekwoning|m³|0|gas_3/dwellings
TweeOnderEenKapWoning|Twee-onder-één-kap-woning|m³|0|gas_4/dwellings
VrijstaandeWoning|Vrijstaande woning|m³|0|gas_5/dwellings
# Energie > Gemiddeld aardgasverbruik > Naar eigendom
Huurwoning|Huurwoning|m³|0|gas_6/dwellings
EigenWoning|Eigen woning|m³|0|gas_7/dwellings
# Energie > Gemiddeld aardgasverbruik
PercentageWoningenMetStadsverwarming|Percentage woningen met stadsverwarming|%|1|heat_network/dwellings*100
# Opleidingsniveau
OpleidingsniveauLaag|Opleidingsniveau laag|aantal|0|schooling_low
OpleidingsniveauMiddelbaar|Opleidingsniveau middelbaar|aantal|0|schooling_middle
OpleidingsniveauHoog|Opleidingsniveau hoog|aantal|0|schooling_high
# Arbeid
NettoArbeidsparticipatie|Netto arbeidsparticipatie|%|0|working/working_age*100
# Arbeid > Onderverdeling arbeidsparticipatie
PercentageWerknemers|Percentage werknemers|%|0|employees/working*100
PercentageZelfstandigen|Percentage zelfstandigen|%|0|self_employed/working*100
# Inkomen > Inkomen van personen
AantalInkomensontvangers|Aantal inkomensontvangers|aantal|0|earners
GemiddeldInkomenPerInkomensontvanger|Gemiddeld inkomen per inkomensontvanger|x 1 000 euro|1|income/earners
GemiddeldInkomenPerInwoner|Gemiddeld inkomen per inwoner|x 1 000 euro|1|income/people
k_40PersonenMetLaagsteInkomen|40% personen met laagste inkomen|%|1|people_lowest/people*100
k_20PersonenMetHoogsteInkomen|20% personen met hoogste inkomen|%|1|people_highest/people*100
# Inkomen > Inkomen van huishoudens
GemGestandaardiseerdInkomenVanHuish|Gem. gestandaardiseerd inkomen huish.|x 1 000 euro|1|hh_income/households
k_40HuishoudensMetLaagsteInkomen|40% huishoudens met laagste inkomen|%|1|households_lowest/households*100
k_20HuishoudensMetHoogsteInkomen|20% huishoudens met hoogste inkomen|%|1|households_highest/households*100
HuishoudensMetEenLaagInkomen|Huishoudens met een laag inkomen|%|1|low_income/households*100
HuishOnderOfRondSociaalMinimum|Huish. onder of rond sociaal minimum|%|1|below_minimum/households*100
HuishoudensTot110VanSociaalMinimum|Huishoudens tot 110% van sociaal minimum|%|1|below_110/households*100
HuishoudensTot120VanSociaalMinimum|Huishoudens tot 120% van sociaal minimum|%|1|below_120/households*100
MediaanVermogenVanParticuliereHuish|Mediaan vermogen van particuliere huish.|x 1 000 euro|0|wealth/households
# Sociale zekerheid
PersonenPerSoortUitkeringBijstand|Personen per soort uitkering; Bijstand|aantal|0|assistance
PersonenPerSoortUitkeringAO|Personen per soort uitkering; AO|aantal|0|disability
PersonenPerSoortUitkeringWW|Personen per soort uitkering; WW|aantal|0|unemployment
PersonenPerSoortUitkeringAOW|Personen per soort uitkering; AOW|aantal|0|pension
# Zorg
JongerenMetJeugdzorgInNatura|Jongeren met jeugdzorg in natura|aantal|0|youth_care
PercentageJongerenMetJeugdzorg|Percentage jongeren met jeugdzorg|%|1|youth_care/youth*100
WmoClienten|Wmo-cliënten|aantal|0|wmo
WmoClientenRelatief|Wmo-cliënten relatief|per 1 000 inwoners|0|wmo/people*1000
# Bedrijfsvestigingen, SBI 2008
BedrijfsvestigingenTotaal|Bedrijfsvestigingen totaal|aantal|0|companies
# Bedrijfsvestigingen, SBI 2008 > Bedrijfsvestigingen naar activiteit
ALandbouwBosbouwEnVisserij|A Landbouw, bosbouw en visserij|aantal|0|companies_1
BFNijverheidEnEnergie|B-F Nijverheid en energie|aantal|0|companies_2
GIHandelEnHoreca|G+I Handel en horeca|aantal|0|companies_3
HJVervoerInformatieEnCommunicatie|H+J Vervoer, informatie en communicatie|aantal|0|companies_4
KLFinancieleDienstenOnroerendGoed|K-L Financiële diensten, onroerend goed|aantal|0|companies_5
MNZakelijkeDienstverlening|M-N Zakelijke dienstverlening|aantal|0|companies_6
RUCultuurRecreatieOverigeDiensten|R-U Cultuur, recreatie, overige diensten|aantal|0|companies_7
# Motorvoertuigen > Personenauto's
PersonenautoSTotaal|Personenauto's totaal|aantal|0|cars
# Motorvoertuigen > Personenauto's > Personenauto's; brandstoftype
PersonenautoSBrandstofBenzine|Personenauto's; brandstof benzine|aantal|0|cars_petrol
PersonenautoSOverigeBrandstof|Personenauto's; overige brandstof|aantal|0|cars_other
# Motorvoertuigen > Personenauto's
PersonenautoSPerHuishouden|Personenauto's per huishouden|per huishouden|1|cars/households
PersonenautoSNaarOppervlakte|Personenauto's naar oppervlakte|per km²|0|cars/land*100
# Motorvoertuigen
Motorfietsen|Motorfietsen|aantal|0|motorcycles
# Nabijheid voorzieningen
AfstandTotHuisartsenpraktijk|Afstand tot huisartsenpraktijk|km|1|km_gp/people
AfstandTotGroteSupermarkt|Afstand tot grote supermarkt|km|1|km_shop/people
AfstandTotKinderdagverblijf|Afstand tot kinderdagverblijf|km|1|km_childcare/people
# Nabijheid voorzieningen > Basisonderwijs
AfstandTotSchool|Afstand tot school|km|1|km_school/people
ScholenBinnen3Km|Scholen binnen 3 km|aantal|1|schools_near/people
# Oppervlakte
OppervlakteTotaal|Oppervlakte totaal|ha|0|surface
OppervlakteLand|Oppervlakte land|ha|0|land
OppervlakteWater|Oppervlakte water|ha|0|water
# Postcode
MeestVoorkomendePostcode|Meest voorkomende postcode|code|0|-
Dekkingspercentage|Dekkingspercentage|code|0|-
# Stedelijkheid
MateVanStedelijkheid|Mate van stedelijkheid|code|0|-
Omgevingsadressendichtheid|Omgevingsadressendichtheid|per km²|0|density/dwellings
"""


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns that a text declares, one per line; the number of a column is its position."""
    result: list[Column] = []
    groups: tuple[str, ...] = ()
    for line in table.strip().splitlines():
        if line.startswith("# "):
            groups = tuple(line[2:].split(" > "))
            continue
        stem, title, unit, decimals, formula = line.split("|")
        ratio, _, factor = formula.partition("*")
        numerator, _, denominator = ratio.partition("/")
        name = f"{stem}_{len(result) + 1}"
        result.append(
            Column(name, title, unit, int(decimals), groups, numerator, denominator, float(factor or 1))
        )
    return tuple(result)


COLUMNS = columns_of(_TABLE)
