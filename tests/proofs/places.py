"""Every place for every gemeente and twenty wijken of one region on national data, looked at as a browser draws it.

What is looked for stands in `tests/apps/faults.js`. Beside that: what the first screens say, how tall a profile is, whether colours
are further apart than the margins, and whether all pages put the same figures in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import yaml

from tests.apps.colours import steps_too_near
from tests.apps.faults import LANGUAGES, Fault, Looker, Seen, by_kind
from tests.apps.orders import disagreements
from tests.bench.dashboard import served
from tests.bench.national import publish_national
from tests.browser import chromium
from tests.proofs.regions import area_page
from tests.proofs.registry import Measured, Room

REGION = "drenthe"
GOLDEN = Path(__file__).parent / "golden" / "places.yml"
WIJKEN = 20
# Pages that are about one area; the others are looked at once in each language.
OF_AN_AREA: dict[str, Callable[[str], str]] = {
    "": lambda code: f"?gebied={code}",
    "verkennen": lambda code: f"?gebied={code}&level={level_of(code)}&area={code}",
    "profiel": lambda code: f"?gebied={code}",
    "buren": lambda code: f"?gebied={code}&level={level_of(code)}&area={code}",
    "rapport": lambda code: f"?gebied={code}&level={level_of(code)}&area={code}",
    "doen": lambda code: f"?gebied={code}",
}
FIGURES = """
return [...document.querySelectorAll('.dw-fig')].filter(card => {
  const value = card.querySelector('.dw-fig-value strong'), box = value && value.getBoundingClientRect();
  return box && /[0-9]/.test(value.innerText) && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
}).length;
"""
TALLEST_PX, LEAST_FIGURES = 2_500, 4


def level_of(code: str) -> str:
    """The level of an area by its code."""
    return "wijk" if code.startswith("WK") else "gemeente"


def areas_of(region: str = REGION, wijken: int = WIJKEN) -> tuple[list[str], list[str]]:
    """The gemeenten of a region, and of its wijken those that are hardest to draw: with the longest names, the fewest and the most
    residents, and no figures; the others spread over the rest."""
    from apps.dashboard.data import cube, regions
    from apps.dashboard.data.release import current_release

    release = regions.looked_at(current_release(), region)
    inside = [row["code"] for row in cube.regions(release, "gemeente") if row["is_focus"]]
    rows = [row for row in cube.regions(release, "wijk") if row["gemeente_code"] in inside]
    people = sorted(rows, key=lambda row: (row["population"] or 0, row["code"]))
    names = sorted(rows, key=lambda row: (-len(row["name"]), row["code"]))
    quarter = wijken // 4
    hard = [*names[:quarter], *people[:quarter], *people[-quarter:]]
    step = max(1, len(rows) // wijken)
    chosen = dict.fromkeys(row["code"] for row in (*hard, *people[::step], *people))
    return inside, list(chosen)[:wijken]


def pages_to_look_at(codes: Sequence[str], region: str = REGION) -> list[str]:
    """The address of every page that is about an area for each area, and of every other page once, in each language."""
    from apps.dashboard.registry import pages

    shown = [entry.id for entry in pages() if not entry.hidden]
    once = [one for one in shown if one not in OF_AN_AREA and one != shown[0]]
    addresses = [f"/{page}{told(code)}" for code in codes for page, told in OF_AN_AREA.items()]
    addresses += [f"/{page}?gebied={codes[0]}" for page in once]
    return [f"{address}&lang={language}&regio={region}" for address in addresses for language in LANGUAGES]


def look(room: Room) -> Iterator[Measured]:
    """Yields how many faults of each kind there are over every place, area, width and language."""
    publish_national(room)
    gemeenten, wijken = areas_of()
    visits, words, faults = 0, 0, list[Fault]()
    with served() as server, chromium(room.work / "places_profile") as driver:
        looker = Looker(driver, server.base)
        with looker.at_hand():
            for path in pages_to_look_at([*gemeenten, *wijken]):
                for seen in looker.visit(path).values():
                    visits += 1
                    words += (
                        seen.counted["words"] + seen.counted["chart_words"] + seen.counted["picture_words"]
                    )
                    faults += seen.faults
    told(faults)
    yield "place_visits", float(visits), None
    yield "place_areas", float(len(gemeenten) + len(wijken)), None
    yield "place_words", float(words), None
    for kind, count in by_kind(faults).items():
        yield f"place_faults ({kind})", float(count), None


def told(faults: Sequence[Fault]) -> None:
    """Every fault on standard error: a count alone mends nothing."""
    import sys

    for fault in faults:
        print(fault, file=sys.stderr)


def first_screens(room: Room) -> Iterator[Measured]:
    """Yields what the twelve gemeenten open with: sentence, figures on the first screen, and how tall their profile is."""
    publish_national(room)
    yield from sentences()
    gemeenten, _ = areas_of()
    with served() as server, chromium(room.work / "first_profile") as driver:
        looker = Looker(driver, server.base)
        with looker.at_hand():
            for width in (1440, 390):
                figures, heights = [], []
                for code in gemeenten:
                    looker.visit(f"/?gebied={code}&regio={REGION}", (width,))
                    figures.append(driver.execute_script(FIGURES))
                    heights.append(height(looker.visit(f"/profiel?gebied={code}&regio={REGION}", (width,))))
                yield f"first_screen_figures ({width} px)", float(min(figures)), None
                yield f"profile_height_px ({width} px)", float(max(heights)), None


def height(seen: dict[int, Seen]) -> int:
    """How tall a page is, of the one width it was seen at."""
    (only,) = seen.values()
    return only.height


def sentences(region: str = REGION) -> Iterator[Measured]:
    """Yields how many headlines there are, how many are other than written down, and how many place an area of few residents."""
    golden = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    gemeenten, _ = areas_of(region)
    other = sum(headline(code, "gemeente", region)[1] != golden["sentences"].get(code) for code in gemeenten)
    yield "place_headlines", float(len(gemeenten)), None
    yield "place_headlines_other", float(other), None
    placed, seen = small_headlines(region)
    yield "place_small_wijken", float(seen), None
    yield "place_small_wijken_placed", float(placed), None


def headline(code: str, level: str, region: str = REGION) -> tuple[str, str]:
    """Of an area the kind of what is found first, and its sentences on Mijn gebied in Dutch."""
    page = area_page(code, level, region)
    from apps.dashboard.profile.standout_words import first, more

    found = page.findings[0]
    told = f"{first(found, page.theme, page.names, 'nl')} {more(found, page.names, 'nl')}"
    return found.kind, told


def small_headlines(region: str = REGION) -> tuple[int, int]:
    """How many wijken under the minimum base are placed among others in their headline or on a figure, of how many there are."""
    from apps.dashboard.data import cube, regions
    from apps.dashboard.data.release import current_release
    from apps.dashboard.profile import standout

    release = regions.looked_at(current_release(), region)
    inside = {row["code"] for row in cube.regions(release, "gemeente") if row["is_focus"]}
    rows = [row for row in cube.regions(release, "wijk") if row["gemeente_code"] in inside]
    placed = seen = 0
    for row in rows:
        page = area_page(row["code"], "wijk", region)
        least = page.theme.rules
        if standout.is_large_enough(row["population"], least):
            continue
        seen += 1
        where = [standout.place(item, row["population"], least).side for item in page.standings]
        placed += page.findings[0].kind not in ("small", "nothing") or any(
            side != "unknown" for side in where
        )
    return placed, seen


def rules(room: Room) -> Iterator[Measured]:
    """Yields whether a colour or an order says more than the figures do, over all indicators and levels."""
    publish_national(room)
    scales, near = steps_too_near(REGION)
    yield "colour_scales", float(scales), None
    yield "colour_scales_too_fine", float(len(near)), None
    looked, apart = disagreements(REGION)
    yield "orders_looked_at", float(looked), None
    yield "orders_that_disagree", float(len(apart)), None
    for line in (*near, *apart):
        told_line(line)


def told_line(line: str) -> None:
    """One line on standard error."""
    import sys

    print(line, file=sys.stderr)
