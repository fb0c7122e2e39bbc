"""How many actions a person needs on national data, for a gemeente of one region; and what the search box finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.apps.walks import Walk
from tests.bench.dashboard import served
from tests.bench.national import publish_national
from tests.browser import chromium
from tests.postcodes_example import SEVERAL
from tests.proofs.registry import Measured, Room

REGION, GEMEENTE, CODE = "drenthe", "Emmen", "GM0114"
TOLD = {
    "7811": f"Postcode 7811 ligt in {len(SEVERAL)} wijken van {GEMEENTE}",
    "7899": "Postcode 7899 staat niet in de lijst",
}
FOUND = {
    "7811": ("gebied", CODE),
    "7811 AB": ("gebied", next(iter(SEVERAL))),
    "depressief": ("indicator", "high_risk_anxiety_depression_k10_pct"),
    "jongeren": ("indicator", "good_mental_health_young_adults_pct"),
    "Emmen": ("gebied", CODE),
}
LONELIEST = """
select region_name from core.fct_observation join core.dim_region using (region_id)
where indicator_id = 'loneliness_djg_pct' and gemeente_code = ? and dim_region.region_level = 'wijk' and sex = 'total'
  and age_band = '18+' and value is not null and population >= 1000
qualify rank() over (order by year desc, value desc) = 1
"""


def figures(room: Room) -> Iterator[Measured]:
    """Yields the actions of each walk, how many ended elsewhere than they should, and what the search box did not find."""
    publish_national(room)
    with served() as server, chromium(room.work / "walks_profile", "1440,900") as driver:
        start = f"/?regio={REGION}"

        def home() -> Walk:
            return Walk(driver, server.base, start).choose(GEMEENTE)

        astray = 0
        for name, (walk, arrived) in _walks().items():
            done = walk(home())
            yield f"walk_actions ({name})", float(done.actions), None
            astray += not arrived(done)
        yield "walks_astray", float(astray), None
        words = dict.fromkeys((*FOUND, *TOLD))
        wrong = sum(not _finds(Walk(driver, server.base, start), word) for word in words)
        yield "walk_searches", float(len(words)), None
        yield "walk_searches_wrong", float(wrong), None


def _walks() -> dict[str, tuple[Callable[[Walk], Walk], Callable[[Walk], Any]]]:
    """Per walk what is done after the gemeente was chosen, and whether that ends where it should."""
    return {
        "loneliest wijk": (
            lambda walk: walk.click(f"Alle wijken van {GEMEENTE}"),
            lambda walk: f"heeft {_loneliest()} het hoogste" in walk.text(),
        ),
        "similar gemeenten": (
            lambda walk: walk.click("Vergelijk met gebieden die erop lijken"),
            lambda walk: f"Op {GEMEENTE} lijken het meest" in walk.text(),
        ),
        "since 2016": (
            lambda walk: walk.click("Eenzaam", ".dw-fig a"),
            lambda walk: "\n2016\t" in walk.text() and "Dit is geen trend" in walk.text(),
        ),
        "one a4": (
            lambda walk: walk.click("Eén A4 (PDF)", "button"),
            lambda walk: "Er ging iets mis" not in walk.text(),
        ),
        "share": (
            lambda walk: walk.click("Delen", "button"),
            lambda walk: (
                f"gebied={CODE}"
                in walk.driver.find_element("css selector", "[data-testid=stPopoverBody]").text
            ),
        ),
    }


def _loneliest() -> str:
    """The wijk of the gemeente with the highest figure, of enough residents, as the release has it."""
    from apps.dashboard.data.release import current_release, query

    names = query(current_release().identity, LONELIEST, (CODE,)).rows
    return str(names[0][0]) if len(names) == 1 else "more than one"


def _finds(walk: Walk, word: str) -> bool:
    walk.choose(word)
    if word in TOLD and TOLD[word] not in walk.text():
        return False
    if word not in FOUND:
        return True
    name, value = FOUND[word]
    return parse_qs(urlsplit(walk.address()).query).get(name) == [value]
