"""The other editions of the key figures per wijk and buurt: one year each, with the columns that the catalogue reads."""

from __future__ import annotations

from demo.declared import Declared
from demo.key_figures_columns import COLUMNS

ALL_LEVELS = ("NL", "GM", "WK", "BU")
_KEY_FIGURES = [
    "AantalInwoners",
    "k_0Tot15Jaar",
    "k_15Tot25Jaar",
    "k_65JaarOfOuder",
    "Gescheiden",
    "Verweduwd",
    "NietWestersTotaal",
    "HuishoudensTotaal",
    "Eenpersoonshuishoudens",
    "HuishoudensMetKinderen",
    "Bevolkingsdichtheid",
    "OpleidingsniveauLaag",
    "NettoArbeidsparticipatie",
    "HuishoudensMetEenLaagInkomen",
    "HuishOnderOfRondSociaalMinimum",
    "PersonenPerSoortUitkeringBijstand",
    "PersonenPerSoortUitkeringAO",
    "PersonenPerSoortUitkeringWW",
    "PercentageJongerenMetJeugdzorg",
    "WmoClientenRelatief",
    "AfstandTotHuisartsenpraktijk",
    "AfstandTotGroteSupermarkt",
    "Omgevingsadressendichtheid",
]
# What a preliminary edition does not hold yet.
_LATER = ("Opleiding", "NettoArbeid", "Huishoudens", "HuishOnder", "PersonenPer", "PercentageJongeren", "Wmo")


def key_figures_edition(year: int, table: str, *, preliminary: bool = False) -> Declared:
    """The declaration of one edition; a preliminary one lacks what is filled later."""
    by_stem = {column.name.rpartition("_")[0]: column for column in COLUMNS}
    lines = []
    for stem in _KEY_FIGURES:
        column = by_stem[stem]
        if preliminary and stem.startswith(_LATER) and stem != "HuishoudensTotaal":
            continue
        formula = column.numerator + (f"/{column.denominator}*{column.factor}" if column.denominator else "")
        lines.append(f"{stem}|{column.title}|{column.unit}|{column.decimals}|{formula}")
    title = f"Kerncijfers wijken en buurten {year}"
    return Declared(
        table, title, "CBS", ALL_LEVELS, (year,), "\n".join(lines), year, periods=False, min_people=50
    )
