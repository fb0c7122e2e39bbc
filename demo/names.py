"""Dutch-sounding names of places that do not exist."""

from __future__ import annotations

import numpy as np

COUNTRY = "Nederland (fictief)"
PROVINCE = "Veenland"
GGD_REGION = "GGD Veenland"
FICTIONAL = "fictief: Veenland"

# The first two are the towns. None of these is, or was, a gemeente.
_GEMEENTEN = (
    "Turfhaven",
    "Mandelwolde",
    "Grietveld",
    "Oosterturf",
    "Zwartedam",
    "Noorderlo",
    "Bovenrade",
    "Elzerbroek",
    "Wolderdam",
    "Lage Turven",
    "Sint Aldert",
    "Reigersmond",
)
_FIRST = (
    "Turf",
    "Elzen",
    "Berken",
    "Riet",
    "Biezen",
    "Reiger",
    "Kraan",
    "Otter",
    "Hazel",
    "Gagel",
    "Zwarte",
    "Witte",
    "Groene",
    "Wolven",
    "Ganzen",
    "Kikker",
    "Molen",
    "Schapen",
    "Bijen",
    "Heide",
    "Vuur",
    "Zilver",
    "Winter",
    "Lente",
    "Distel",
    "Klaver",
    "Varen",
    "Wilgen",
    "Iepen",
    "Linden",
    "Hertogs",
    "Schippers",
    "Mandel",
    "Griet",
    "Aldert",
    "Brink",
    "Kolk",
    "Vonder",
)
_LAST = (
    "wolde",
    "broek",
    "dijk",
    "horst",
    "mond",
    "kamp",
    "sloot",
    "huizen",
    "mark",
    "veld",
    "rade",
    "stee",
    "wier",
    "turf",
    "hoek",
    "laar",
    "zijl",
    "weerd",
)
_QUARTERS = (
    "Centrum",
    "Stationskwartier",
    "Havenkwartier",
    "Noorderpark",
    "Oosterpark",
    "Zuiderpark",
    "Westerpark",
    "Vogelbuurt",
    "Bloemenbuurt",
    "Componistenwijk",
    "Kanaalzone",
    "Molenwijk",
    "Tuindorp",
    "Parkstad",
    "Waterrijk",
    "Singelwijk",
)
_SIDES = (
    "Noord",
    "Oost",
    "Zuid",
    "West",
    "Midden",
    "Nieuwland",
    "Oude Vaart",
    "Hoge Weg",
    "Buitenom",
    "Esrand",
    "Sluiskade",
)


def gemeente_names(count: int) -> list[str]:
    """Names of the gemeenten; beyond the first twelve they repeat with a Roman-looking tail, for scaled-up
    regions.
    """
    return [
        _GEMEENTEN[i % len(_GEMEENTEN)] + (f" {i // len(_GEMEENTEN) + 1}" if i >= len(_GEMEENTEN) else "")
        for i in range(count)
    ]


def wijk_names(gemeente: str, count: int, is_town: bool, rng: np.random.Generator) -> list[str]:
    """Names of the wijken of one gemeente, without their number; the first is its main place."""
    combinations = [first + last for first in _FIRST for last in _LAST]
    villages = [combinations[int(i)] for i in rng.permutation(len(combinations))[:count]]
    quarters = (
        [f"{gemeente} {quarter}" for quarter in _QUARTERS[: max(0, count - 6)]] if is_town else [gemeente]
    )
    return (quarters + villages)[:count]


def buurt_names(wijk: str, kinds: list[str]) -> list[str]:
    """Names of the buurten of one wijk, by kind (core, extension, rural, industrial)."""
    result: list[str] = []
    sides = 0
    for kind in kinds:
        if kind == "core":
            name = f"{wijk} kern"
        elif kind == "rural":
            name = f"Verspreide huizen {wijk}"
        elif kind == "industrial":
            name = f"Bedrijventerrein {wijk}"
        else:
            side, ring = _SIDES[sides % len(_SIDES)], sides // len(_SIDES)
            name = f"{wijk} {side}" + (f" {ring + 1}" if ring else "")
            sides += 1
        result.append(name if name not in result else f"{name} {result.count(name) + len(result)}")
    return result
