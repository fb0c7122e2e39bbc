"""Doen: the register with its words, where to start, a new plan, and that no sentence says that something was proven."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
import yaml

from apps.dashboard.components.charts.cloud import cloud
from apps.dashboard.data import workplace
from apps.dashboard.data.counts import counts, outcomes
from apps.dashboard.data.release import current_release
from apps.dashboard.profile import doing, plans_here
from apps.dashboard.profile.doing import Waiting
from apps.dashboard.wording import doing as told
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.effects.design import Design
from datawerkplaats.effects.verdict import Outcome, Verdict
from datawerkplaats.workplace import interventions
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.plans import Facts, Plan, check_plan
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.sealing import changed

TEXTS = PROJECT_ROOT / "apps" / "dashboard" / "wording" / "texts"
OUTCOME, FIRST, NEWEST, START = "counted_pct", 2014, 2021, 2020
AREAS = 40


def with_counts(
    data_dir: Path, *, effect: float = 0.0, modelled: bool = False, newest: int = NEWEST, release: str = ""
) -> None:
    """A counted outcome of forty wijken in eight years; in three of them something happens from the start on.

    Args:
        data_dir: The folder with the publications.
        effect: What happens.
        modelled: Whether the figures are estimates.
        newest: Up to which year a release knows them; those before are the same in every release.
        release: Which release; the only one without.
    """
    random = np.random.default_rng(8)
    level = 0.1 * np.exp(random.normal(0, 0.2, AREAS))
    path = next((data_dir / "publish").glob(f"warehouse_{release or '*'}.duckdb"))
    with changed(path) as con:
        _columns(con)
        con.execute(
            f"""insert into core.dim_indicator (indicator_id, mart, title_nl, title_en, unit, decimals, polarity, status,
                is_public, counted_per, is_ranked) values ('{OUTCOME}', 'outcome', 'Geteld', 'Counted', '%', 1, 'neutral',
                'active', true, 100, true)"""
        )
        for at in range(AREAS):
            code = f"WK97{at:04}"
            con.execute(
                """insert into core.dim_region (region_id, region_code, region_vintage, region_name, region_level, country_code,
                   gemeente_code, gemeente_name, population, is_focus, is_fictional)
                   values (?, ?, 2022, ?, 'wijk', 'NL00', 'GM9901', 'Turfhaven', 4000, true, true)""",
                [f"{code}@2022", code, f"Proefwijk {at}"],
            )
            for year in range(FIRST, NEWEST + 1):
                works = 1 + effect if at < 3 and year >= START else 1.0
                value = 100 * random.poisson(2000 * level[at] * works) / 2000
                if year > newest:
                    continue
                con.execute(
                    """insert into core.fct_observation (indicator_id, region_code, region_level, region_vintage, region_id, year,
                       sex, age_band, value, denominator, value_status, is_model_estimate)
                       values (?, ?, 'wijk', 2022, ?, ?, 'total', 'all', ?, 2000, 'observed', ?)""",
                    [OUTCOME, code, f"{code}@2022", year, value, modelled],
                )


def _columns(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("alter table core.dim_indicator add column if not exists counted_per double")


def planned(
    start: int = START, newest: int = START - 1, smallest: float = -0.2, end: int | None = None
) -> str:
    plan = Plan(
        "Gezinscoach",
        "",
        OUTCOME,
        "wijk",
        {f"WK97{at:04}": start for at in range(3)},
        (),
        "lot",
        "lower",
        smallest,
        end,
    )
    facts = Facts("r", True, False, False, newest, 6, 900.0, 30, frozenset(plan.starts), 0.9)
    return interventions.register_plan(workplace.store(), LOCAL, plan, facts)


def seen() -> doing.Seen:
    everything = interventions.plans(workplace.store(), LOCAL)
    return doing.seen(current_release(), everything[0], everything)


def test_texts__never_say_that_something_was_proven() -> None:
    for name in ("doen", "helpt"):
        content = (TEXTS / f"{name}.yml").read_text(encoding="utf-8").lower()
        assert not re.search(r"bewezen|bewijst|bewijzen|\bproven?\b|proof", content), name
    texts = yaml.safe_load((TEXTS / "doen.yml").read_text(encoding="utf-8"))
    for verdict in Verdict:
        assert {"nl", "en"} == set(texts[f"verdict_{verdict}"]) == set(texts[f"told_{verdict}"])


@pytest.mark.parametrize(
    ("effect", "smallest", "verdict"),
    [(-0.5, -0.2, Verdict.FITS_WORKING), (0.0, -0.3, Verdict.NO_DIFFERENCE), (0.6, -0.2, Verdict.WORSE)],
)
def test_plan__gets_the_word_that_its_counts_give(
    published: Path, effect: float, smallest: float, verdict: Verdict
) -> None:
    with_counts(published, effect=effect)
    planned(smallest=smallest)
    found = seen()
    assert isinstance(found, Outcome) and found.verdict is verdict
    assert (outcomes(current_release())[-1][:2] if outcomes(current_release()) else ()) == (OUTCOME, "wijk")


def test_page__tells_the_word_what_it_rests_on_and_where_to_start(
    published: Path, open_page: OpenPage
) -> None:
    with_counts(published, effect=-0.5)
    planned()
    app = open_page("doen")
    shown = words(app)
    assert not app.exception
    assert "Past bij werken" in shown and "Gezinscoach" in shown and "Waar dit op rust" in shown
    assert "kan nu niets laten zien" not in shown and "Leg het plan vast" in str(
        [one.label for one in app.button]
    )
    assert "dw-cloud" in shown and "Naar behoefte" in shown and "90 van de 100 gevallen" in shown
    assert "bewezen" not in shown.lower()
    english = words(open_page("doen", taal="en"))
    assert "Fits with working" in english or "Past bij werken" in english


def test_where__puts_no_areas_in_order_by_what_may_not_be_ranked(
    published: Path, open_page: OpenPage
) -> None:
    with_counts(published)
    with changed(next((published / "publish").glob("warehouse_*.duckdb"))) as con:
        con.execute("update core.dim_indicator set is_ranked = false")
    shown = words(open_page("doen"))
    assert "Naar behoefte" not in shown and "Waar beginnen?" in shown


def test_plan__waits_for_figures_and_says_so(published: Path, open_page: OpenPage) -> None:
    with_counts(published)
    planned(start=NEWEST + 1, newest=NEWEST)
    assert seen() == Waiting(NEWEST + 1, NEWEST)
    assert "Nog niet te zeggen" in words(open_page("doen"))


def test_plan__of_an_outcome_that_is_retired_half_way_gets_no_word(published: Path) -> None:
    with_counts(published)
    planned(start=NEWEST + 1, newest=NEWEST)
    with changed(next((published / "publish").glob("warehouse_*.duckdb"))) as con:
        con.execute("update core.dim_indicator set status = 'retired'")
    everything = interventions.plans(workplace.store(), LOCAL)
    said = plans_here.said(current_release(), everything[0], everything, "nl")
    assert said.kind == "none" and said.sentence.startswith("Deze uitkomst wordt niet meer gevolgd.")
    # What was not told before is worked out from what was known then, and says so.
    (one,) = everything
    chance, is_afterwards = doing.promised(current_release(), replace(one, promised=None), everything)
    assert is_afterwards and chance and doing.promised(current_release(), one, everything) == (0.9, False)


def test_plan__of_one_year_after_the_start_is_too_early(published: Path, open_page: OpenPage) -> None:
    with_counts(published)
    planned(start=NEWEST, newest=NEWEST - 1)
    assert seen() == Design("none", "short_after", 1, 2)
    assert "Wacht op nieuwe cijfers" in words(open_page("doen"))


def test_plan__that_is_no_longer_what_was_frozen_gets_no_word(published: Path, open_page: OpenPage) -> None:
    with_counts(published, effect=-0.5)
    planned()
    store = workplace.store()
    with store.engine.begin() as connection:
        connection.exec_driver_sql("update local_intervention set smallest_effect = -0.01")
    shown = words(open_page("doen"))
    assert "niet meer wat toen is vastgelegd" in shown and "Past bij werken" not in shown


def test_facts__refuse_what_a_model_worked_out_and_promise_a_chance(published: Path) -> None:
    with_counts(published)
    plan = Plan(
        "x", "", OUTCOME, "wijk", {f"WK97{at:04}": NEWEST + 1 for at in range(3)}, (), "need", "lower", -0.3
    )
    facts = doing.facts_of(current_release(), plan, [])
    assert facts.years_before == 8 and facts.donors == AREAS - 3 and facts.promised and facts.promised > 0.5
    check_plan(plan, facts)
    chances = doing.chances(current_release(), plan, [], (-0.1, -0.3))
    assert [one.effect for one in chances] == [-0.1, -0.3]
    assert 0 < chances[0].at_first < chances[1].at_first <= 1 and chances[0].at_first < chances[0].in_the_end
    assert facts.promised == chances[1].at_first, "the register promises what the page showed"


def test_counts__of_estimates_are_no_outcome(published: Path) -> None:
    with_counts(published, modelled=True)
    assert (OUTCOME, "wijk") not in {one[:2] for one in outcomes(current_release())}


def test_panel__leaves_out_what_another_plan_does(published: Path) -> None:
    with_counts(published)
    known = counts(current_release(), OUTCOME, "wijk")
    assert known is not None and len(known.codes) == AREAS
    panel = known.panel({"WK970000": 2020}, {"WK970001": 2019})
    assert np.isnan(panel.events[1, 5:]).all() and np.isfinite(panel.events[1, :5]).all()
    alone = known.panel({"WK970000": 2020}, {}, ("WK970002",))
    assert np.isfinite(alone.events[[0, 2]]).all() and np.isnan(alone.events[1]).all()


def test_words__of_numbers_and_the_cloud() -> None:
    assert (
        told.per_cent(-0.154, "nl", signed=True) == "−15%" and told.per_cent(0.2, "en", signed=True) == "+20%"
    )
    assert told.chance(1.0) == 99 and told.chance(0.0) == 1
    picture = cloud(np.array([-0.1, 0.0, 0.1]), -0.3, ((0.0, "0%"),), 'wat "toeval" doet')
    assert picture.startswith("<figure") and "<img" in picture and "&quot;toeval&quot;" in picture
    assert told.came(0.001, "nl").startswith("Er kwamen er ongeveer zoveel")


def test_new_plan__without_areas_is_refused_in_a_sentence(published: Path, open_page: OpenPage) -> None:
    with_counts(published)
    app = open_page("doen")
    next(one for one in app.text_input if one.label == "Naam van het plan").set_value("Gezinscoach")
    next(button for button in app.button if button.label == "Leg het plan vast").click().run()
    assert not app.exception and len(app.error) == 1, words(app)
    assert "gebied" in app.error[0].value and not interventions.plans(workplace.store(), LOCAL)


def test_new_plan__tells_the_chance_first_and_is_then_frozen_or_refused_in_a_sentence(
    published: Path, open_page: OpenPage
) -> None:
    with_counts(published)
    app = open_page("doen")
    app.multiselect(key="new_areas").select("WK970000").select("WK970001").select("WK970002").run()
    assert not app.exception and "van de 100 gevallen" in words(app)
    name = "Naam van het plan"
    next(one for one in app.text_input if one.label == name).set_value("Bel 06-12345678")
    freeze = next(button for button in app.button if button.label == "Leg het plan vast")
    freeze.click().run()
    assert app.error and not interventions.plans(workplace.store(), LOCAL)
    next(one for one in app.text_input if one.label == name).set_value("Gezinscoach")
    next(button for button in app.button if button.label == "Leg het plan vast").click().run()
    (one,) = interventions.plans(workplace.store(), LOCAL)
    assert one.plan.first == NEWEST + 1 and one.plan.chosen_by == "need" and one.promised
    assert "Nog niet te zeggen" in words(app) and "Nu is het wachten" in app.success[0].value
