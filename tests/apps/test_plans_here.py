"""What is done in an area: on its pages, on its time lines, and in its report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from apps.dashboard.components.chart_files import bare_svg
from apps.dashboard.components.charts.plain import years
from apps.dashboard.data import cube
from apps.dashboard.data.release import current_release
from apps.dashboard.profile import plans_here
from apps.dashboard.report import doing_part, model
from apps.dashboard.report.charts import _flagged
from apps.dashboard.report.request import Request
from apps.dashboard.wording.context import Context
from datawerkplaats.workplace.people import LOCAL, NOBODY
from tests.apps.conftest import OpenPage
from tests.apps.test_doen import START, planned, with_counts
from tests.apps.test_pages import words


def touching(name: str, level: str = "wijk") -> plans_here.Here:
    """The first plan that touches an area."""
    release = current_release()
    context = Context(release, "nl", {}, "Veenland", LOCAL)
    area = next(row for row in cube.regions(release, level) if row["name"] == name)
    (found,) = plans_here.here(context, level, {**area, "gemeente_code": area.get("gemeente_code")})
    return found


def test_area__knows_the_plans_that_touch_it_and_flags_their_years(published: Path) -> None:
    with_counts(published)
    planned(end=START + 1)
    own = touching("Proefwijk 1")
    around = touching("Turfhaven", "gemeente")
    assert (own.first, own.wijken) == (START, 0) and (around.first, around.wijken) == (START, 3)
    context = Context(current_release(), "nl", {}, "Veenland", LOCAL)
    other = next(row for row in cube.regions(context.release, "wijk") if row["name"] == "Proefwijk 9")
    assert plans_here.here(context, "wijk", other) == []
    assert plans_here.here(replace(context, subject=NOBODY), "wijk", other) == []
    words_of = [(flag.year, flag.word, flag.is_break) for flag in plans_here.flags([own], "nl")]
    assert words_of == [(START, "aanpak begint", False), (START + 1, "aanpak stopt", False)]
    assert plans_here.events([around], "nl") == [
        f"{START}: Gezinscoach begint (in 3 wijken)",
        f"{START + 1}: Gezinscoach stopt (in 3 wijken)",
    ]


def test_report__of_an_area_names_plan_promise_and_word(published: Path) -> None:
    with_counts(published, effect=-0.5)
    planned()
    release = current_release()
    area = next(row for row in cube.regions(release, "gemeente") if row["name"] == "Turfhaven")
    context = Context(release, "nl", {}, "Veenland", LOCAL)
    blocks = doing_part.blocks(Request(context, "gemeente", area, "country"))
    assert [one.words for one in blocks if isinstance(one, model.Heading)][1] == "Gezinscoach"
    lead = next(one.words for one in blocks if isinstance(one, model.Paragraph) and one.kind == "lead")
    facts = dict(item for one in blocks if isinstance(one, model.Facts) for item in one.items)
    assert lead.startswith("Past bij werken. Er kwamen er ") and "bewezen" not in lead
    assert (
        facts["Vooraf gezegd"] == "een verandering van −20% is na twee jaar te zien in 90 van de 100 gevallen"
    )
    assert facts["Gebieden met de aanpak"] == "3 gebieden (in 3 wijken)" and facts["Hier sinds"] == str(START)
    assert doing_part.blocks(Request(replace(context, subject=NOBODY), "gemeente", area, "country")) == []


def test_report__draws_a_line_in_the_year_of_a_start_and_in_no_other() -> None:
    rows = [{"n": "x", "y": year, "x": 1.0, "t": "1"} for year in ("2019", "2020")]
    words_of = {"area": "", "value": "", "year": "", "decimal_mark": ","}
    spec = _flagged(years(rows, words_of), {"2020", "2031"})
    assert spec["layer"][0]["data"]["values"] == [{"y": "2020"}] and "mark" not in spec
    assert _flagged(years(rows, words_of), {"2031"}) == years(rows, words_of)
    assert bare_svg(spec).startswith("<svg")


def test_pages__of_an_area_tell_what_is_done_there(published: Path, open_page: OpenPage) -> None:
    with_counts(published, effect=-0.5)
    planned()
    for page in ("gebied", "profiel"):
        shown = words(open_page(page, gebied="GM9901"))
        assert "Wat wij hier doen" in shown and "Past bij werken" in shown, page
