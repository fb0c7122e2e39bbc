"""A small list of addresses as the statistics office delivers it, made here of real codes of wijken: nobody's real address."""

from __future__ import annotations

import csv
from pathlib import Path

import orjson

NAME = "pc6hnr20240801_gwb.csv"
_HEADING = ["PC6", "Huisnummer", "Buurt2024", "Wijk2024", "Gemeente2024"]
# Gemeenten of which each wijk gets a postcode: Emmen and its neighbour in Drenthe, and one elsewhere.
_GEMEENTEN = {"GM0114": 7811, "GM0109": 7741, "GM0363": 1011}
_EACH = 6
# Addresses per wijk of the postcode that lies in several: the four digits of the centre of Emmen.
SEVERAL = {"WK011440": 30, "WK011441": 18, "WK011442": 5}


def write_addresses(folder: Path, reference_data: Path) -> Path:
    """Write the list into a folder, of the wijken on the real map of 2024.

    The three wijken in the middle of Emmen share 7811, AB those of the first alone; every other wijk has a postcode of its own.
    """
    listed = orjson.loads((reference_data / "geo" / "wijk_2024.geojson").read_bytes())
    codes = sorted(feature["properties"]["wijkcode"] for feature in listed["features"])
    rows: list[list[str]] = []
    for gemeente, first in _GEMEENTEN.items():
        digits = first
        for code in dict.fromkeys(code for code in codes if code[2:6] == gemeente[2:]):
            if code in SEVERAL:
                letters = "AB" if code == next(iter(SEVERAL)) else "AC"
                rows += _addresses(f"{first}{letters}", code, SEVERAL[code])
            else:
                digits += 1
                rows += _addresses(f"{digits}AA", code, _EACH)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([_HEADING, *rows])
    return path


def _addresses(postcode: str, code: str, count: int) -> list[list[str]]:
    """Rows of one postcode in one wijk, with codes as numbers, as some editions write them."""
    wijk = code[2:].lstrip("0")
    return [
        [postcode, str(number), f"{wijk}00", wijk, code[2:6].lstrip("0")] for number in range(1, count + 1)
    ]
