"""The list of all addresses of Veenland with their postcode and wijk, as the statistics office delivers it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from datawerkplaats.base.files import written
from demo.geography import Geography
from demo.population import Population

NAME = "pc6hnr20240801_gwb.csv"
_YEAR = 2024
# Real postcodes start at 1000: nobody lives at one of these.
_FIRST = 101
_PER_POSTCODE = 20
# The list holds one address for so many inhabitants: a tenth of what a real one would.
_INHABITANTS_PER_ADDRESS = 22
_LETTERS = [
    one + other
    for one, other in product("ABCDEGHJKLMNPRSTVWXZ", repeat=2)
    if one + other not in ("SA", "SD", "SS")
]


def write_addresses(path: Path, geography: Geography, population: Population) -> None:
    """Write the list: a row per address, codes without the letters before them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(["PC6", "Huisnummer", *(f"{name}{_YEAR}" for name in ("Buurt", "Wijk", "Gemeente"))])
        lines.writerows(_addresses(geography, population))


def _addresses(geography: Geography, population: Population) -> Iterator[list[str]]:
    """Every address; the first buurt of a wijk has the four digits of the wijk before it in its gemeente."""
    vintage = geography.classification(_YEAR)
    buurten, wijken = vintage.buurten, vintage.wijken
    used: dict[int, int] = {}
    seen: set[int] = set()
    for position, code in enumerate(buurten.codes):
        wijk = int(buurten.wijk[position])
        is_border = wijk not in seen and wijk > 0 and wijken.gemeente[wijk - 1] == wijken.gemeente[wijk]
        seen.add(wijk)
        digits = _FIRST + wijk - is_border
        people = int(population.inhabitants[int(vintage.buurt_order[position])])
        for _ in range(round(people / _INHABITANTS_PER_ADDRESS)):
            place = used[digits] = used.get(digits, -1) + 1
            letters = _LETTERS[place // _PER_POSTCODE % len(_LETTERS)]
            row = [
                code[2:],
                wijken.codes[wijk][2:],
                vintage.gemeenten.codes[int(buurten.gemeente[position])][2:],
            ]
            yield [f"{digits:04d}{letters}", str(1 + place % _PER_POSTCODE), *row]
