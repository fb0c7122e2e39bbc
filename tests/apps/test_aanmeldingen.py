"""Where young people are registered: what is named is sure, what is hidden stays hidden, and the words fit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow
import pytest

from apps.dashboard.data import periods
from apps.dashboard.data.registrations import Counted
from apps.dashboard.data.release import current_release
from apps.dashboard.views.aanmeldingen import figures, sentences
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import poisson_p_value
from tests.apps.conftest import OpenPage
from tests.apps.rich_publication import insert
from tests.apps.test_pages import headline, words
from tests.sealing import changed

SOURCE = "partner_ggz_registrations"
MEASURES = {
    "registrations_count": "registered_count",
    "registrations_ratio": "registered_ratio",
    "registrations_mood_count": "registered_count__mood",
    "registrations_mood_ratio": "registered_ratio__mood",
}
# Per area of the fixture: registered (None: hidden) and expected.
WIJKEN = {"WK990100": (140, 80.0), "WK990101": (81, 80.0), "WK990102": (None, 9.0), "WK990200": (40, 80.0)}
GEMEENTEN = {"GM9901": (90, 60.0), "GM9902": (60, 60.0)}


def area(registered: float | None, expected: float | None, name: str = "Veen") -> Counted:
    ratio = None if registered is None or not expected else 100 * registered / expected
    return Counted(name, name, "Turfhaven", registered, expected, ratio, None, None, None)


def with_registrations(data_dir: Path, *, is_ranked: bool = True) -> None:
    """The small publication with a partner's registrations: four wijken for all complaints, two gemeenten per kind."""
    path = next((data_dir / "publish").glob("warehouse_*.duckdb"))
    with changed(path) as con:
        for key, code in MEASURES.items():
            con.execute(
                "insert into core.dim_indicator by name select * replace (? as indicator_id, 'outcome' as mart, ? as title_nl,"
                " ? as title_en, 'aantal' as unit, 0 as decimals, 'neutral' as polarity, ? as source_id, ? as measure_code,"
                " ? as is_ranked, null as instrument, null as model_predictors) from core.dim_indicator"
                " where indicator_id = 'density_per_km2'",
                [key, key, key, SOURCE, code, is_ranked],
            )
        rows: list[tuple[object, ...]] = []
        for prefix, level, areas in (
            ("registrations", "wijk", WIJKEN),
            ("registrations", "gemeente", GEMEENTEN),
            ("registrations_mood", "gemeente", GEMEENTEN),
        ):
            for code, (registered, expected) in areas.items():
                hidden = registered is None
                ratio = None if registered is None else round(100 * registered / expected)
                status = ("suppressed", "disclosure") if hidden else ("observed", None)
                low, high = (None, None) if ratio is None else (ratio - 15.0, ratio + 15.0)
                for name, value, lower, upper, below in (
                    (f"{prefix}_count", registered, None, None, None),
                    (f"{prefix}_ratio", ratio, low, high, expected),
                ):
                    rows.append(
                        (
                            name, SOURCE, MEASURES[name], code, level, 2020, f"{code}@2020", "2019-2023", date(2019, 1, 1),
                            date(2023, 12, 31), 2023, "total", "all", value, lower, upper, None, below, *status, False, "s",
                        )
                    )  # fmt: skip
        insert(con, "core.fct_observation", rows)
        insert(con, "outcome.fct_outcome", rows)


def test_judged__names_what_is_planted_and_hardly_anything_by_chance() -> None:
    """Of 200 wijken as expected hardly one is named, one with half as many again is."""
    rng = np.random.default_rng(4)
    expected = rng.uniform(20, 150, 200)
    plain = [area(float(n), e) for n, e in zip(rng.poisson(expected), expected, strict=True)]
    named = [item for item in figures.judged(plain) if item.verdict != figures.AS_EXPECTED]
    assert len(named) <= 1
    margins = poisson_p_value([item.registered or 0.0 for item in plain], expected) < 0.05
    assert margins.sum() > 5, "without the stricter limit several would be named"
    planted = figures.judged([*plain, area(150.0, 90.0, "Planted")])[-1]
    assert planted.verdict == figures.MORE and planted.apart == 60


def test_judged__says_nothing_of_a_hidden_number() -> None:
    (one,) = figures.judged([area(None, 12.0)])
    assert one.verdict == figures.HIDDEN and one.apart == 0


def test_p_value__is_that_of_the_exact_test() -> None:
    """Twice the smaller tail: P(X >= 10; 4) = 0.00813, P(X <= 0; 3) = 0.0498, and never above 1."""
    assert poisson_p_value([10, 0, 4], [4.0, 3.0, 4.0]) == pytest.approx([0.016265, 0.099574, 1.0], abs=1e-6)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "nl",
            "In 1 van de 2 wijken zijn in 2019 tot en met 2023 duidelijk meer jongeren aangemeld dan je verwacht bij de bewoners."
            " Het grootste verschil is in Veen (Turfhaven): 150 aangemeld, 80 verwacht. In 1 gebied zijn het er duidelijk minder.",
        ),
        (
            "en",
            "In 1 of the 2 wijken clearly more young people were registered in 2019 to 2023 than its residents lead one to"
            " expect. The largest difference is in Veen (Turfhaven): 150 registered, 80 expected. In 1 area there were clearly"
            " fewer.",
        ),
    ],
)
def test_headline__tells_how_many_and_which(language: Language, expected: str) -> None:
    found = figures.judged([area(150.0, 80.0), area(30.0, 80.0), area(None, 5.0)])
    five = sentences.Period(2019, 2023)
    assert sentences.headline(found, "all", "wijk", five, language, is_ranked=True) == expected
    unranked = sentences.headline(found, "all", "wijk", five, language, is_ranked=False)
    assert "Veen" not in unranked


def test_page__without_a_delivery_says_who_could_deliver(published: Path, open_page: OpenPage) -> None:
    assert "partner_ggz_registrations" in words(open_page("aanmeldingen"))


def test_page__whose_indicators_are_declared_without_a_delivery_says_so(
    published: Path, open_page: OpenPage
) -> None:
    with_registrations(published)
    path = next((published / "publish").glob("warehouse_*.duckdb"))
    with changed(path) as con:
        con.execute("delete from core.fct_observation where source_id = ?", [SOURCE])
    app = open_page("aanmeldingen")
    assert not app.exception
    assert text("aanmeldingen.absent", "nl", care="ggz")[:30] in words(app)


def test_page__answers_per_wijk_and_hides_what_is_hidden(published: Path, open_page: OpenPage) -> None:
    with_registrations(published)
    app = open_page("aanmeldingen")
    assert not app.exception
    told = headline(app)
    assert (
        "In 1 van de 3 wijken" in told and "Wijk 0 Turfhaven (Turfhaven): 140 aangemeld, 80 verwacht" in told
    )
    assert "In 1 gebied zijn het er duidelijk minder" in told
    assert "Van 1 gebied laten we het aantal niet zien" in words(app)
    table = app.dataframe[0].value
    row = table[table.iloc[:, 0] == "Wijk 2 Turfhaven"].iloc[0]
    assert np.isnan(row.iloc[2]) and row.iloc[6] == "verborgen"


def test_page__per_kind_of_complaint_shows_gemeenten(published: Path, open_page: OpenPage) -> None:
    with_registrations(published)
    app = open_page("aanmeldingen", kind="mood", lang="en")
    assert not app.exception
    assert "1 of the 2 gemeenten clearly more young people with complaints of mood" in headline(app)
    assert "Per wijk those numbers are too small" in words(app)


def test_page__keeps_areas_unranked_where_that_is_declared(published: Path, open_page: OpenPage) -> None:
    with_registrations(published, is_ranked=False)
    assert "Het grootste verschil" not in headline(open_page("aanmeldingen"))


def test_period__is_what_is_published_wherever_the_figure_is_shown(
    published: Path, open_page: OpenPage
) -> None:
    with_registrations(published)
    release = current_release()
    assert periods.when(release, "registrations_count", 2023) == "2019–2023"
    assert periods.when(release, "registrations_count", 2022) == "2022" == periods.when(release, "none", 2022)
    assert "2019 tot en met 2023" in headline(open_page("aanmeldingen"))
    for page, asked in (
        ("verkennen", {"indicator": "registrations_count", "class": "outcome", "level": "gemeente"}),
        ("profiel", {"gemeente": "GM9901"}),
    ):
        assert "2019–2023" in words(open_page(page, **asked)), page


def test_number__is_said_without_a_unit_between_its_bounds_and_held_against_no_gemeente(
    published: Path, open_page: OpenPage
) -> None:
    """A number of people between bounds has no margin of chance, and is smaller than that of the gemeente it lies in."""
    with_registrations(published)
    path = next((published / "publish").glob("warehouse_*.duckdb"))
    with changed(path) as con:
        for table in ("core.fct_observation", "outcome.fct_outcome"):
            con.execute(
                f"update {table} set value = 27, lower = 17, upper = 37"
                " where region_code = 'WK990101' and measure_code = ?",
                [MEASURES["registrations_count"]],
            )
    asked = {"indicator": "registrations_count", "class": "outcome", "level": "wijk", "area": "WK990101"}
    told = words(open_page("verkennen", **asked))
    assert "tussen 17 en 37" in told and "marge 95%" not in told
    assert "27 aantal" not in told and "Lager dan" not in told and "Hoger dan" not in told


def test_period__of_one_year_is_that_year(published: Path, open_page: OpenPage) -> None:
    assert sentences.Period(2023, 2023).words("nl") == "2023"
    assert sentences.Period(2019, 2023).words("en") == "2019 to 2023"


@pytest.mark.parametrize(("language", "mark"), [("nl", ","), ("en", ".")])
def test_table__writes_numbers_as_the_page_does_however_many_wijken_a_region_has(
    published: Path, open_page: OpenPage, language: Language, mark: str
) -> None:
    """What the browser writes has the marks of its own language, and the decimals that it likes."""
    with_registrations(published)
    path = next((published / "publish").glob("warehouse_*.duckdb"))
    with changed(path) as con:
        con.execute(
            "insert into core.dim_region select r.* replace (r.region_code || n.i || '@2020' as region_id,"
            " r.region_code || n.i as region_code) from core.dim_region as r, range(150) as n(i)"
            " where r.region_id = 'WK990101@2020'"
        )
        con.execute(
            "insert into core.fct_observation select f.* replace (f.region_code || n.i || '@2020' as region_id,"
            " f.region_code || n.i as region_code, f.value + 1234.5678 as value, f.denominator + 0.4321 as denominator)"
            " from core.fct_observation as f, range(150) as n(i)"
            " where f.region_id = 'WK990101@2020' and f.measure_code like 'registered%'"
        )
    app = open_page("aanmeldingen", lang=language)
    proto = app.dataframe[0].proto
    assert proto.arrow_data.styler.display_values, "the page writes the figures, not the browser"
    written = pyarrow.ipc.open_stream(proto.arrow_data.styler.display_values).read_all().to_pandas()
    assert "1" + {",": ".", ".": ","}[mark] + "316" in set(written.iloc[:, 2]) and "80" in set(
        written.iloc[:, 3]
    )
