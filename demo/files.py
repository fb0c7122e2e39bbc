"""What partners and publishers of Veenland deliver as files: care costs, police figures, liveability."""

from __future__ import annotations

import csv
from pathlib import Path

from datawerkplaats.base.files import written
from demo.declared import regions_of, values_of
from demo.geography import Geography
from demo.key_figures import Sums
from demo.key_figures_columns import Column

# file: delimiter, levels, years, heading to (decimals, sum, sum below it, factor)
Formula = tuple[int, str, str, float]
_FILES: dict[str, tuple[str, tuple[str, ...], tuple[int, ...], dict[str, Formula]]] = {
    "vektis_kosten_gemeente.csv": (
        ",",
        ("GM",),
        (2017, 2018, 2019, 2020, 2021, 2022, 2023),
        {
            "aantal_verzekerden": (0, "insured", "", 1),
            "kosten_totaal": (0, "all_costs", "insured", 1),
            "kosten_ggz": (0, "ggz_costs", "insured", 1),
            "kosten_huisarts": (0, "gp_costs", "insured", 1),
        },
    ),
    "politie_misdrijven_gemeente.csv": (
        ",",
        ("GM",),
        (2022, 2023),
        {
            "aantal_inwoners": (0, "people", "", 1),
            "totaal_misdrijven": (0, "crimes", "", 1),
            "inbraak_woning": (0, "burglaries", "", 1),
            "vernieling": (0, "vandalism", "", 1),
        },
    ),
    "kerncijfers_gemeente_2022.csv": (
        ",",
        ("GM",),
        (2022,),
        {
            "aantal_inwoners": (0, "people", "", 1),
            "arbeidsparticipatie": (0, "working", "working_age", 100),
            "pct_rond_sociaal_min": (0, "below_minimum", "households", 100),
            "pct_jeugdzorg": (1, "youth_care", "youth", 100),
            "wmo_per_1000": (0, "wmo", "people", 1000),
            "afstand_huisarts": (1, "km_gp", "people", 1),
        },
    ),
    "leefbaarometer_scores.csv": (
        ",",
        ("GM", "WK", "BU"),
        (2020, 2022, 2024),
        {
            "lbm": (3, "liveability", "people", 1),
            "afw_won": (3, "liveability_homes", "people", 1),
            "afw_fys": (3, "liveability_surroundings", "people", 1),
            "afw_vrz": (3, "liveability_services", "people", 1),
            "afw_soc": (3, "liveability_cohesion", "people", 1),
            "afw_onv": (3, "liveability_safety", "people", 1),
        },
    ),
}


def write_files(folder: Path, geography: Geography, sums: Sums) -> None:
    """Write every file into a folder, as text with a heading."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (delimiter, levels, years, columns) in _FILES.items():
        with (
            written(folder / name) as unfinished,
            unfinished.open("w", encoding="utf-8", newline="") as file,
        ):
            lines = csv.writer(file, delimiter=delimiter)
            lines.writerow(
                ["gemeentecode" if levels == ("GM",) else "gebiedscode", "gebiedsnaam", "jaar", *columns]
            )
            for year in years:
                region = regions_of(geography, sums, 2024 if len(levels) > 1 else 2022, levels)
                values = [
                    values_of(
                        Column(
                            heading,
                            heading,
                            "score" if below else "aantal",
                            decimals,
                            (),
                            above,
                            below,
                            factor,
                        ),
                        region,
                        year,
                        50,
                    )
                    for heading, (decimals, above, below, factor) in columns.items()
                ]
                for code, title, *cells in zip(region.codes, region.titles, *values, strict=True):
                    lines.writerow([code, title, year, *("" if cell is None else cell for cell in cells)])
