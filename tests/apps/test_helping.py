"""What is known to help, on the page of an area and in its report: strongest first, honest where nothing is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from apps.dashboard.components import approach
from apps.dashboard.data.helping import TABLE, Approach, approaches
from apps.dashboard.data.release import current_release
from apps.dashboard.profile import helping
from apps.dashboard.profile.helping import Helping, ages_of
from apps.dashboard.profile.standout import Finding, Place
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.themes import load_theme
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.apps.test_standout import standing
from tests.sealing import changed

COLUMNS = """intervention_id varchar, indicator_id varchar, name varchar, owner varchar, register_nl varchar, register_en varchar,
 register_url varchar, level varchar, recognised_on date, checked_on date, youngest_age integer, oldest_age integer,
 audience_nl varchar, audience_en varchar, description_nl varchar, description_en varchar"""


def row(
    key: str, indicator: str, level: str = "not_given", ages: tuple[int, int] = (0, 120)
) -> tuple[object, ...]:
    on = None if level == "not_given" else date(2022, 12, 15)
    register = ("Register", "Register", "https://example.org")
    told = ("Iedereen", "Everybody", "Samen praten.", "Talking together.")
    return (key, indicator, key.title(), None, *register, level, on, on, *ages, *told)


ROWS = [
    row("alles", "first"),
    row("alles", "second"),
    row("sterk", "first", "strong_indications"),
    row("matig", "first", "well_founded"),
    row("jong", "first", "strong_indications", (4, 12)),
]


def with_approaches(data_dir: Path, rows: list[tuple[object, ...]]) -> None:
    path = next((data_dir / "publish").glob("warehouse_*.duckdb"))
    with changed(path) as con:
        con.execute(f"create table {TABLE} ({COLUMNS})")
        con.executemany(f"insert into {TABLE} values ({', '.join('?' * len(ROWS[0]))})", rows)


@pytest.mark.parametrize(
    ("band", "ages"), [("16-25", (16, 25)), ("65+", (65, 120)), ("all", (0, 120)), ("", (0, 120))]
)
def test_ages__of_a_band(band: str, ages: tuple[int, int]) -> None:
    assert ages_of(band) == ages


class Page:
    """The parts of an area's page that are asked here."""

    def __init__(self, findings: list[Finding]) -> None:
        from apps.dashboard.wording.context import Context
        from datawerkplaats.workplace.people import LOCAL

        self.findings = findings
        self.context = Context(current_release(), "nl", {}, "Veenland", LOCAL)
        self.theme = load_theme(PROJECT_ROOT / "catalogue")


def told(findings: list[Finding]) -> Helping:
    found = helping.helping(Page(findings))  # type: ignore[arg-type]
    assert found is not None
    return found


def finding(*names: str, side: str = "worst", is_good: bool = False) -> Finding:
    members = tuple(standing([10.0], figure=name) for name in names)
    places = tuple(Place(side, 3, 12) for _ in names)  # type: ignore[arg-type]
    return Finding("group", is_good, "adults", members, places, len(names))


def test_helping__is_for_what_stands_out_and_for_the_age_most_figures_first_then_the_strongest(
    published: Path,
) -> None:
    with_approaches(published, ROWS)
    found = told([finding("first", "second", "third")])
    assert [one.id for one, _ in found.known] == ["alles", "sterk", "matig"]
    assert len(found.known[0][1]) == 2 and len(found.without) == 1


def test_helping__says_nothing_of_what_goes_well_or_lies_in_between(published: Path) -> None:
    with_approaches(published, ROWS)
    assert told([finding("first", is_good=True)]) == Helping((), ())
    assert told([finding("first", side="between"), Finding("nothing")]) == Helping((), ())


def test_helping__of_a_publication_from_before_the_list_is_nothing(
    published: Path, open_page: OpenPage
) -> None:
    assert approaches(current_release(), "nl") is None
    shown = words(open_page())
    assert "Wat is hier bekend om te helpen?" not in shown


def test_page_and_report__tell_what_helps_or_that_nothing_is_known(
    published: Path, open_page: OpenPage
) -> None:
    with_approaches(published, ROWS)
    app = open_page()
    assert not app.exception and "Wat is hier bekend om te helpen?" in words(app)


def test_card__tells_the_evidence_the_day_and_the_register_and_escapes() -> None:
    one = Approach(
        "x", "<b>X</b>", "", "NJi", "https://example.org", "first_indications", date(2020, 6, 11), date(2025, 1, 1),
        12, 18, "Jongeren", "Samen.", ("first",),
    )  # fmt: skip
    card = approach.card(one, ["Eenzaam"], "nl")
    assert "&lt;b&gt;X" in card and "eerste aanwijzingen dat het werkt (erkend in 2020)" in card
    assert (
        "12 tot en met 18 jaar" in card
        and "Werkt op: Eenzaam" in card
        and 'href="https://example.org"' in card
    )
    dead = approach.card(one._replace(url="", register="NJi; de link werkte niet op 03-05-2026"), [], "nl")
    assert "de link werkte niet op 03-05-2026." in dead and "href" not in dead
    assert "Langer dan een jaar geleden" in approach.checked(one, "nl", date(2026, 11, 30))
    assert approach.checked(one._replace(checked_on=None), "nl").startswith("Nog niet")
    assert "kijk in het register" in approach.evidence(
        one._replace(level="not_given", recognised_on=None), "nl"
    )
