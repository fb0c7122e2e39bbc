"""Every page in a real browser: an ordinary, an empty and a hidden area, Dutch and English, a desk and a phone; and axe-core."""

from __future__ import annotations

import re

import pytest

from apps.dashboard.registry import pages
from tests.apps.rich_publication import (
    EMPTY_GEMEENTE,
    EMPTY_INDICATOR,
    EMPTY_WIJK,
    HIDDEN_GEMEENTE,
    HIDDEN_WIJK,
)
from tests.apps.visits import AXE, Visitor, without_axe
from tests.browser import errors_told, requests_elsewhere

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.busy]
# By page the choices that lead to an ordinary area, one without any row, and one of which everything is hidden. A page
# about figures instead of areas has a figure in its place.
ORDINARY, EMPTY, HIDDEN = "ordinary", "empty", "hidden"
VISITS = {
    "gebied": {
        ORDINARY: "gebied=GM9901",
        EMPTY: f"gebied={EMPTY_WIJK}",
        HIDDEN: f"gebied={HIDDEN_GEMEENTE}",
    },
    "start": {ORDINARY: ""},
    "verantwoording": {ORDINARY: ""},
    "stijl": {ORDINARY: ""},
    "verkennen": {
        ORDINARY: "level=wijk&indicator=care_use_pct&area=WK980003",
        EMPTY: f"level=wijk&indicator=care_use_pct&area={EMPTY_WIJK}",
        HIDDEN: "indicator=hidden_pct&level=gemeente&area=GM9901",
    },
    "profiel": {
        ORDINARY: "gemeente=GM9901&wijk=WK990103",
        EMPTY: f"gemeente={EMPTY_GEMEENTE}&wijk={EMPTY_WIJK}",
        HIDDEN: f"gemeente={HIDDEN_GEMEENTE}&wijk={HIDDEN_WIJK}",
    },
    "verbanden": {
        ORDINARY: "level=wijk&y=care_use_pct&x=low_income_households_pct",
        EMPTY: "level=gemeente&y=care_use_pct&x=density_per_km2",
        HIDDEN: "level=gemeente&y=hidden_pct",
    },
    "buren": {
        ORDINARY: "level=wijk&area=WK980002",
        EMPTY: f"level=wijk&area={EMPTY_WIJK}",
        HIDDEN: f"level=wijk&area={HIDDEN_WIJK}",
    },
    "ongelijkheid": {
        ORDINARY: "level=wijk&indicator=care_use_pct",
        EMPTY: "level=gemeente&indicator=care_use_pct",
        HIDDEN: "level=gemeente&indicator=hidden_pct",
    },
    "verklaren": {
        ORDINARY: "level=wijk&outcome=care_use_pct",
        EMPTY: "level=gemeente&outcome=care_use_pct",
        HIDDEN: "level=gemeente&outcome=hidden_pct",
    },
    "aanmeldingen": {ORDINARY: "level=wijk"},
    "risico": {ORDINARY: "area=WK990101", EMPTY: f"area={EMPTY_WIJK}", HIDDEN: "area=WK990102"},
    "sleutelen": {
        ORDINARY: "level=wijk&areas=WK980000,WK980001",
        EMPTY: f"level=wijk&areas={EMPTY_WIJK}",
        HIDDEN: f"level=wijk&areas={HIDDEN_WIJK}",
    },
    "rapport": {
        ORDINARY: "level=wijk&area=WK980000",
        EMPTY: f"level=wijk&area={EMPTY_WIJK}",
        HIDDEN: f"level=wijk&area={HIDDEN_WIJK}",
    },
    "sql": {ORDINARY: ""},
    "kwaliteit": {
        ORDINARY: "indicator=care_use_pct",
        EMPTY: f"indicator={EMPTY_INDICATOR}",
        HIDDEN: "indicator=hidden_pct",
    },
    "woordenlijst": {ORDINARY: ""},
    "gesprekken": {ORDINARY: ""},
    "notities": {ORDINARY: ""},
    "afspraken": {ORDINARY: ""},
    "meedoen": {ORDINARY: ""},
    "vragen": {ORDINARY: ""},
    "loket": {ORDINARY: ""},
    "doen": {ORDINARY: ""},
    "volgen": {ORDINARY: ""},
    "lessen": {ORDINARY: "les=recognise"},
    "leveren": {ORDINARY: ""},
}
# Pages of which the address can name no area or figure, so that there is none to be empty or hidden.
WITHOUT_CHOICE = {
    "aanmeldingen": "shows all areas at once, the hidden ones among them",
    "verantwoording": "tells of the workplace, not of areas",
    "start": "leads to the pages and tells of the publication as a whole",
    "stijl": "shows each component in each state, of made-up figures",
    "sql": "holds a query and its answer, which are in no address",
    "woordenlijst": "explains words",
    "gesprekken": "lists sessions, of which nobody has held one here",
    "notities": "lists what people wrote, which is nothing here",
    "afspraken": "lists agreements and questions, of which there are none here",
    "meedoen": "asks for the code of a session",
    "loket": "takes messages and tells their status",
    "vragen": "holds the questions of the governance gate",
    "doen": "lists what is done in areas, which is nothing here",
    "volgen": "lists what somebody follows, which is nothing here",
    "lessen": "follows a lesson, whose figures are those of the lesson",
    "leveren": "lists deliveries that wait, of which there are none here",
}
LANGUAGES = ("nl", "en")
BROKEN = re.compile(
    r"Er ging iets mis|Something went wrong|Traceback|DataProblem|KeyError|\bNone\b|\bnan\b|\{\w+\}"
)
# Pages that open with a text or a form instead of a generated sentence.
WITHOUT_HEADLINE = {
    *("gebied", "start", "verantwoording", "sleutelen", "rapport", "sql", "woordenlijst"),
    *(
        "gesprekken",
        "notities",
        "afspraken",
        "meedoen",
        "vragen",
        "loket",
        "doen",
        "lessen",
        "volgen",
        "leveren",
    ),
}
# The one half begins in Dutch and is put into English, the other half the other way round.
ALL = [
    pytest.param(page, kind, *(LANGUAGES if number % 2 else LANGUAGES[::-1]), id=f"{page}-{kind}")
    for number, (page, kind) in enumerate((page, kind) for page, kinds in VISITS.items() for kind in kinds)
]


def path_to(page: str, kind: str, language: str) -> str:
    choices = "&".join(filter(None, (VISITS[page][kind], f"lang={language}")))
    return f"/{page}?{choices}" if page != pages()[0].id else f"/?{choices}"


def test_walk__knows_every_page() -> None:
    assert set(VISITS) == {entry.id for entry in pages()}
    assert {page for page, kinds in VISITS.items() if set(kinds) == {ORDINARY}} == set(WITHOUT_CHOICE)
    assert all(len(kinds) in (1, 3) for kinds in VISITS.values())


@pytest.mark.parametrize(("page", "kind", "first", "second"), ALL)
def test_page__is_whole_at_both_widths_stays_on_this_machine_and_axe_finds_nothing_serious(
    visitor_of_all: Visitor, page: str, kind: str, first: str, second: str
) -> None:
    looks = visitor_of_all.look(path_to(page, kind, first), first, second)
    assert requests_elsewhere(visitor_of_all.driver, visitor_of_all.base) == []
    assert errors_told(visitor_of_all.driver) == []
    for (language, width), look in looks.items():
        where = f"{language}, {width}"
        assert look.exceptions == 0, where
        assert BROKEN.findall(look.text) == [], where
        assert look.titles == 1, where
        assert look.headlines or look.remarks or page in WITHOUT_HEADLINE, where
        assert all(look.charts), f"{where}: a chart has no sentence"
        assert look.tables or not look.charts, f"{where}: charts without a table"
        assert look.wider_than_screen <= 0, where
        assert look.cut_off == [], where
        assert look.language == language, where
    if not AXE.exists():
        without_axe()
    for (language, width), look in looks.items():
        assert not look.violations, "\n".join([f"{language}, {width}", *(look.violations or ())])
