"""A code that was used again must never carry the figure of another area onto the map."""

from __future__ import annotations

import pytest

from apps.dashboard.components.map_data import PreparedMap, matching_codes
from datawerkplaats.regions.names import same_area


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("Wijk 00 Borger", "Valthe", False),  # WK168100 in 2020 and in 2022
        ("Kern Axel", "Buitengebied Terneuzen", False),
        ("Wijk 01 Noordwijk Aan Zee", "Noordwijk Binnen", False),
        ("Wijk 00", "Culemborg Oost", False),
        ("Wijk 05", "Wijk 05", True),
        ("Wijk 10 Binnenstad", "Binnenstad", True),
        ("Nijlân & De Zwette", "Nijlan & De Zwette", True),
        ("Wijk 01 Centrum Zeist", "Zeist Centrum", True),
        ("Burgerveen / Leimuiderbrug / Weteringbru", "Burgerveen / Leimuiderbrug / Weteringbrug", True),
        ("Verspr.h. Nieuw- en Sint Joosland", "Verspreide huizen Nieuw- en Sint Joosland", True),
    ],
)
def test_same_area__is_no_in_doubt(name: str, other: str, same: bool) -> None:
    assert same_area(name, other) is same
    assert same_area(other, name) is same


def test_matching_codes__need_the_name_only_where_classifications_differ() -> None:
    prepared = PreparedMap(
        "x.json", 2022, {"WK168100": "Valthe", "GM0014": "Groningen", "WK168110": "Borger"}
    )
    old = [
        ("WK168100", "Wijk 00 Borger", 2020),
        ("GM0014", "Groningen (gemeente)", 2020),
        ("WK168199", "Weg", 2020),
    ]
    assert matching_codes(old, prepared) == {"GM0014"}
    assert matching_codes([("WK168100", "Iets anders", 2022)], prepared) == {"WK168100"}
