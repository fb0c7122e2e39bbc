"""No page concludes from a model estimate what may not be concluded: no trend, no effect, no circular association."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from apps.dashboard.data.cube import Cube
from apps.dashboard.profile import lines as profiel
from apps.dashboard.views.ongelijkheid import figures as ongelijkheid
from apps.dashboard.views.verbanden import figures as verbanden
from apps.dashboard.views.verklaren import figures as verklaren
from apps.dashboard.wording import sentences
from datawerkplaats import statistics
from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.apps.test_verbanden import BOOK, a_cube

# What says whether a series is modelled, or why a pair may not be computed, in each test of the statistics package.
GUARDED_BY = {
    "recent_trend": "is_model_estimate",
    "two_point_change": "is_model_estimate",
    "inequality": "is_model_estimate",
    "area_inequality": "is_model_estimate",
    "weighted_correlation": "refused_because",
}
# explain_outcome refuses modelled figures before it computes anything; the test below holds it to that.
REFUSED_BEFORE = {("apps/dashboard/views/verklaren/figures.py", "weighted_correlation")}


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call in the programs of a function that a guard belongs to."""
    for folder in ("apps", "ml", "orchestration", "data_quality"):
        for path in (PROJECT_ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if name in GUARDED_BY:
                        yield path.relative_to(PROJECT_ROOT).as_posix(), node, name


def test_every_test_of_change_or_association__is_told_what_is_modelled() -> None:
    found = list(calls())
    assert {name for _, _, name in found} >= {"area_inequality", "weighted_correlation"}
    unguarded = [
        f"{path}:{call.lineno} {name}"
        for path, call, name in found
        if GUARDED_BY[name] not in {word.arg for word in call.keywords} and (path, name) not in REFUSED_BEFORE
    ]
    assert not unguarded


def test_guards__exist_for_every_function_that_tests_change() -> None:
    for name in set(GUARDED_BY) - {"weighted_correlation"}:
        assert "is_model_estimate" in getattr(statistics, name).__annotations__, name
    years, values = [2018, 2019, 2020, 2021, 2022], np.arange(5.0)
    trend = statistics.recent_trend(
        years, values, values - 0.1, values + 0.1, "neutral", is_model_estimate=True
    )
    assert list(trend.reason) == ["modelled_series"]


def test_profile__gives_an_estimate_without_interval_no_verdict() -> None:
    margin = profiel.margin(
        {"value": 30.0, "lower": None, "upper": None, "denominator": 900.0, "is_modelled": True}, "%"
    )
    assert margin == (None, None, False)
    assert profiel.verdict(30.0, None, None, 20.0, 0) == "no_interval"


def test_profile__tells_a_computed_margin_from_a_delivered_one() -> None:
    row = {"value": 30.0, "lower": 28.0, "upper": 32.0, "denominator": 900.0, "is_modelled": False}
    assert profiel.margin(row, "%", "wilson") == (28.0, 32.0, True)
    assert profiel.margin(row, "%", "source") == (28.0, 32.0, False)
    assert profiel.margin({**row, "lower": None}, "%", "none") == (None, None, False)


def areas(**columns: tuple[np.ndarray, bool]) -> Cube:
    values = {key: value for key, (value, _) in columns.items()}
    cube = a_cube(values, {key: modelled for key, (_, modelled) in columns.items()})
    for key, (value, _) in columns.items():
        cube.denominators[key] = np.full(value.size, 1000.0)
    return cube


LADDER, OUTCOME = np.linspace(1, 30, 100), np.linspace(40, 60, 100)


@pytest.mark.parametrize("modelled", [True, False])
def test_inequality__measures_only_what_is_counted(modelled: bool) -> None:
    cube = areas(y=(OUTCOME, modelled), ladder=(LADDER, False))
    found = ongelijkheid.gradient(cube, "y", "ladder", "%", "")
    assert (found.measures is None) == modelled
    assert (found.reason == "modelled_series") == modelled


@pytest.mark.parametrize(("outcome", "determinant"), [(True, False), (False, True)])
def test_explaining__refuses_an_estimate_on_either_side(outcome: bool, determinant: bool) -> None:
    random = np.random.default_rng(1)
    noise = random.normal(size=100)
    cube = areas(y=(OUTCOME + noise, outcome), x=(LADDER, determinant))
    assert verklaren.explain_outcome(cube, "y", ["x"], draws=5).reason == "modelled_series"


def test_associations__of_a_circular_pair_are_no_number() -> None:
    cube = areas(lonely=(OUTCOME, True), low_income_households_pct=(LADDER, False), stressed=(OUTCOME, True))
    for x, reason in (("low_income_households_pct", "circular_pair"), ("stressed", "shared_predictors")):
        plain, adjusted = verbanden.pair(BOOK, cube, x, "lonely", [])
        assert plain.reason == reason and np.isnan([plain.r, plain.lower, plain.upper]).all()
        assert adjusted is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_states__an_estimate_without_interval_says_so(language: Language) -> None:
    with_it, without = (
        sentences.state_words(30.0, "modelled", True, language, has_interval=known) for known in (True, False)
    )
    assert without.startswith(with_it) and "interval" in without and "interval" not in with_it


def test_dashboard__keeps_no_list_of_predictors_of_its_own() -> None:
    assert not list(Path(PROJECT_ROOT / "apps").rglob("predictors.yml"))


def test_costs_of_mental_health_care__of_years_that_cannot_be_compared_are_taken_out() -> None:
    """What is taken out ends a series: the dbt unit test of `int_series__trends`."""
    from datawerkplaats.catalogue import load_catalogue

    corrections = load_catalogue(PROJECT_ROOT / "catalogue").corrections["vektis_care_costs_gemeente"]
    [declared] = [c for c in corrections if c.correction_id == "ggz_costs_2017_2019_not_comparable"]
    assert declared.action == "drop" and declared.status == "open" and declared.regions == ["*"]
