"""The looker sees every kind of fault that is planted, and finds none on the pages; every area of the country: proof `places`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apps.conftest import as_new
from tests.apps.faults import KINDS, SCREENS, Looker, by_kind
from tests.apps.rich_publication import EMPTY_WIJK, HIDDEN_GEMEENTE

pytestmark = [pytest.mark.browser, pytest.mark.busy]
# A page as the looker wants it, with `{body}` in the middle.
PAGE = """<!doctype html><html lang="nl"><meta charset="utf-8"><style>body {{margin: 0; font: 16px/20px sans-serif}}</style>
<main data-testid="stMain" style="display: block; padding: 10px">{body}</main></html>"""
PANEL = "<h2>Cijfers</h2><p>Twaalf gemeenten.</p>"
CHART = """<div data-testid="stVegaLiteChart" style="width: 300px"><canvas width="300" height="100"></canvas>
</div><script>
const c = document.querySelector('canvas').getContext('2d');
c.clearRect(0, 0, 300, 100); c.font = '14px sans-serif'; {drawn}</script>"""
BAR = "c.fillRect(5, 5, 20, 80);"
PLANTED = {
    "words over words": (
        "overlap",
        PANEL + '<p>Emmen</p><p style="margin-top: -32px">Assen en Meppel</p>',
    ),
    "words over words in a chart": (
        "overlap",
        PANEL + CHART.format(drawn=BAR + "c.fillText('Emmen', 50, 50); c.fillText('Assen', 60, 54);"),
    ),
    "slanting words over each other": (
        "overlap",
        PANEL
        + CHART.format(
            drawn=BAR
            + "for (const x of [60, 66]) {c.save(); c.translate(x, 90); c.rotate(-0.9);"
            " c.fillText('Emmen' + x, 0, 0); c.restore()}"
        ),
    ),
    "words over words in an image": (
        "overlap",
        PANEL
        + '<img width="200" height="50" alt="" src=\'data:image/svg+xml,'
        + '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50">'
        + '<text x="10" y="30">2016</text><text x="20" y="34">2020</text></svg>\'>',
    ),
    "words that their box hides": (
        "clipped",
        PANEL
        + '<p style="width: 60px; overflow: hidden; white-space: nowrap">Midden-Drenthe en Emmen</p>',
    ),
    "words beyond the edge of a chart": (
        "clipped",
        PANEL + CHART.format(drawn=BAR + "c.fillText('Midden-Drenthe', 250, 50);"),
    ),
    "wider than the screen": ("overflow", PANEL + '<p style="width: 3000px">Alle gemeenten</p>'),
    "a heading with nothing under it": ("empty", "<h2>Wijken</h2>" + PANEL),
    "a chart without a mark": ("empty", PANEL + CHART.format(drawn="c.fillText('2020', 50, 50);")),
    "a box with nothing in it": ("empty", PANEL + '<section class="dw-beside" style="height: 90px"></section>'),
    "a value that nobody wrote out": ("broken", PANEL + "<p>Nederland: None</p>"),
}  # fmt: skip
SOUND = (
    PANEL
    + CHART.format(
        drawn=BAR + "c.fillText('Emmen', 50, 50); c.fillText('Emmen', 50, 50); c.fillText('Assen', 50, 70);"
    )
    + "<h2>Wijken</h2><h3>In Emmen</h3><p>Geen enkel cijfer: niemand leverde het.</p>"
    + '<div style="width: 60px; overflow: auto"><table><td>Midden-Drenthe en Emmen en Assen</table></div>'
)
# One page of every place that shows areas, on an ordinary area, one without figures and one of which all is hidden.
VISITS = [
    f"/?gebied={EMPTY_WIJK}",
    "/?gebied=GM9901&lang=en",
    "/verkennen?level=wijk&indicator=care_use_pct&area=WK980003&lang=en",
    f"/profiel?gemeente={HIDDEN_GEMEENTE}",
    "/buren?level=wijk&area=WK980002&lang=en",
    "/verbanden?level=wijk&y=care_use_pct&x=low_income_households_pct",
    "/ongelijkheid?level=wijk&indicator=care_use_pct",
    "/rapport?level=wijk&area=WK980000&lang=en",
    "/kwaliteit?indicator=care_use_pct",
]


@pytest.fixture(scope="module")
def looker(one_browser: Any, rich_dashboard: str) -> Iterator[Looker]:
    found = Looker(as_new(one_browser), rich_dashboard)
    with found.at_hand():
        yield found


def seen(looker: Looker, folder: Path, body: str) -> dict[str, int]:
    path = folder / "page.html"
    path.write_text(PAGE.format(body=body), encoding="utf-8")
    looker.screen(1440)
    looker.driver.get(path.as_uri())
    return by_kind(looker.seen_now("planted", 1440).faults)


@pytest.mark.parametrize("planted", PLANTED)
def test_looker__sees_what_is_planted_and_nothing_else(looker: Looker, tmp_path: Path, planted: str) -> None:
    kind, body = PLANTED[planted]
    found = seen(looker, tmp_path, body)
    assert found[kind] > 0
    assert {name: found[name] for name in KINDS if name != kind} == dict.fromkeys(set(KINDS) - {kind}, 0)


def test_looker__finds_nothing_wrong_with_what_is_sound(looker: Looker, tmp_path: Path) -> None:
    assert seen(looker, tmp_path, SOUND) == dict.fromkeys(KINDS, 0)


@pytest.mark.slow
@pytest.mark.parametrize("path", VISITS)
def test_page__has_no_overlap_clipping_overflow_or_empty_panel_at_any_width(
    looker: Looker, path: str
) -> None:
    found = looker.visit(path)
    assert set(found) == set(SCREENS)
    assert all(one.counted["words"] > 20 for one in found.values()), "nothing was looked at"
    assert [str(fault) for one in found.values() for fault in one.faults] == []
