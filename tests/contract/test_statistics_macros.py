"""The SQL of the statistics says what the library says, case by case, and what the reference package's own files say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from runpy import run_path
from typing import Any

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest

from datawerkplaats import statistics as st
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.statistics.intervals import critical_value

MACROS = PROJECT_ROOT / "dbt_project" / "macros"
SOURCE = "".join(
    path.read_text(encoding="utf-8")
    for path in (
        MACROS / "engines" / "expressions.sql",
        MACROS / "safe_divide.sql",
        *sorted((MACROS / "statistics").glob("*.sql")),
    )
)
# What sqlfluff is given too: it answers with the words of DuckDB.
ADAPTER = run_path(str(PROJECT_ROOT / "dbt_project" / "lint" / "adapter.py"))
LEVELS = {95: 0.95, 99.8: 0.998}


def rendered(expression: str) -> str:
    """The SQL that dbt makes of a call of a macro: its macros are plain Jinja."""
    template = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(
        SOURCE + "{{ " + expression + " }}"
    )
    return template.render(adapter=ADAPTER).strip()


def computed(cases: pd.DataFrame, *expressions: str, grouped_by: str = "") -> np.ndarray:
    """One array per expression, computed by DuckDB over the rows (or groups) of `cases`."""
    columns = ", ".join(f"{rendered(e)} as c{i}" for i, e in enumerate(expressions))
    group = f"group by {grouped_by} order by {grouped_by}" if grouped_by else ""
    with duckdb.connect() as connection:
        connection.register("cases", cases)
        found = connection.execute(f"select {columns} from cases {group}").fetchnumpy()
    return np.array([np.ma.filled(np.ma.asarray(part, dtype=float), np.nan) for part in found.values()])


def agree(found: object, expected: object) -> None:
    np.testing.assert_allclose(
        np.asarray(found, float), np.asarray(expected, float), rtol=1e-6, atol=1e-12, equal_nan=True
    )


def lines(table: pd.DataFrame) -> Iterator[Any]:
    """The rows by name; what a column holds is known when the file is read."""
    yield from table.itertuples()


def wilson(level: float, multiplier: float = 1) -> tuple[str, str]:
    lower, upper = (
        f"wilson_{side}('x', 'n', critical_value({level}), {multiplier})" for side in ("lower", "upper")
    )
    return lower, upper


@pytest.mark.parametrize("level", LEVELS)
def test_exact_limits__are_those_of_the_chi_square(level: float) -> None:
    counts = pd.DataFrame({"x": range(10)})
    found = computed(counts, f"byar_lower('x', {level})", f"byar_upper('x', {level})")
    expected = st.poisson_interval(counts.x, LEVELS[level])
    agree(found, [expected.lower, expected.upper])


@pytest.mark.parametrize("level", LEVELS)
def test_critical_value__is_the_normal_quantile(level: float) -> None:
    assert float(rendered(f"critical_value({level})")) == pytest.approx(
        critical_value(LEVELS[level]), rel=1e-14
    )


def test_default_z__is_95_per_cent() -> None:
    cases = pd.DataFrame({"x": [30.0], "n": [200.0]})
    agree(computed(cases, "wilson_lower('x', 'n')", "wilson_upper('x', 'n')"), [[0.1071359], [0.2060558]])
    agree(
        computed(pd.DataFrame({"x": [25]}), "byar_lower('x')", "byar_upper('x')"), [[16.174266], [36.906451]]
    )


@pytest.mark.parametrize("level", LEVELS)
def test_wilson_and_byar__say_what_the_library_says(level: float) -> None:
    random = np.random.default_rng(1)
    n = random.integers(1, 5_000, 2_000)
    x = (n * random.choice([0, 0.001, 0.1, 0.5, 0.999, 1], n.size)).round()
    impossible = pd.DataFrame({"x": [-1, 5, 3, 1, np.nan, 1], "n": [10, 4, 0, -2, 5, np.nan]})
    cases = pd.concat([pd.DataFrame({"x": x, "n": n}), impossible])
    expected = st.wilson_interval(cases.x, cases.n, LEVELS[level], 100)
    agree(computed(cases, *wilson(level, 100)), [expected.lower, expected.upper])
    counts = st.poisson_interval(cases.x, LEVELS[level])
    agree(
        computed(cases, f"byar_lower('x', {level})", f"byar_upper('x', {level})"),
        [counts.lower, counts.upper],
    )


def test_byar__refuses_a_broken_count_below_ten() -> None:
    found = computed(pd.DataFrame({"x": [2.5, 12.5]}), "byar_lower('x')", "byar_upper('x')")
    assert np.isnan(found).tolist() == [[True, False], [True, False]]


def test_dsr__says_what_the_library_says() -> None:
    random = np.random.default_rng(2)
    areas = pd.DataFrame(
        {
            "area": np.repeat(np.arange(40), 19),
            "x": random.poisson(np.repeat(np.geomspace(0.1, 50, 40), 19)).astype(float),
            "n": random.integers(1, 3_000, 760),
            "w": np.tile(random.integers(1_000, 7_000, 19), 40),
        }
    )
    areas.loc[areas.area == 30, "n"] = 0
    areas.loc[19 * 31, "x"] = np.nan
    for level, share in LEVELS.items():
        calls = [f"dsr_{s}('x', 'n', 'w', 100000, {level})" for s in ("lower", "upper")]
        found = computed(areas, "dsr('x', 'n', 'w')", *calls, grouped_by="area")
        shape = (40, 19)
        expected = st.directly_standardised_rate(
            areas.x.to_numpy().reshape(shape),
            areas.n.to_numpy().reshape(shape),
            areas.w[:19],
            confidence=share,
        )
        agree(found, [expected.value, expected.lower, expected.upper])
        assert {"", "invalid_input", "missing_input", "fewer_than_10_events"} == set(expected.reason)


@pytest.mark.parametrize("polarity", ["higher_is_better", "higher_is_worse", "neutral"])
def test_significance__says_what_the_library_says(polarity: st.Polarity) -> None:
    cases = pd.DataFrame(
        [(1, 2, 3), (4, 5, 3), (2, 4, 3), (3, 4, 3), (2, 3, 3), (None, 4, 3), (1, 2, None), (5, 4, 3)],
        columns=["low", "high", "mark"],
        dtype=float,
    )
    sql = rendered(f"significance_class('low', 'high', 'mark', \"'{polarity}'\")")
    with duckdb.connect() as connection:
        connection.register("cases", cases)
        words = [row[0] for row in connection.execute(f"select {sql} from cases").fetchall()]
    nothing = np.full(len(cases), np.nan)
    limits = (cases["low"], cases["high"])
    expected = st.compare_with_benchmark(limits, (nothing, nothing), cases["mark"], polarity)
    assert words == ["not_tested" if word == "not_compared" else word for word in expected.verdict]


@pytest.mark.parametrize("spread", [0.0, 0.5, 4.0])
@pytest.mark.parametrize("method", ["wilson", "byar"])
def test_spread__says_what_the_library_says(spread: float, method: str) -> None:
    """Phi and the variance between areas in SQL are those of the library, and so is the verdict on every area."""
    random = np.random.default_rng(3)
    n = random.integers(200, 90_000, 60).astype(float)
    benchmark = 30.0
    chance = np.sqrt(benchmark * ((100 - benchmark) if method == "wilson" else 100) / n)
    cases = pd.DataFrame({"n": n, "y": benchmark + random.normal(0, np.hypot(chance, spread)), "g": 1})
    cases.loc[3, "y"] = np.nan
    errors = computed(cases, f"chance_error('{benchmark}', 'n', \"'{method}'\", '100')")[0]
    agree(errors, chance)
    scores = cases.assign(s=errors, z=(cases.y - benchmark) / errors).convert_dtypes()
    scores["low"], scores["high"] = np.nanquantile(scores.z.astype(float), [0.1, 0.9])
    found = computed(
        scores,
        "dispersion_phi('z', 'low', 'high')",
        "between_variance('z', 'low', 'high', 's')",
        grouped_by="g, low, high",
    )
    expected = st.dispersion(cases.y, errors, benchmark)
    agree(found[:, 0], [expected.phi, expected.between_variance])
    assert (expected.between_variance > 0.1) == (spread > 0)
    word = rendered(
        f"significance_beside_spread('y', '{benchmark}', 's', '{expected.between_variance}', \"'neutral'\")"
    )
    with duckdb.connect() as connection:
        connection.register("scores", scores)
        words = [row[0] for row in connection.execute(f"select {word} from scores").fetchall()]
    side, _ = st.outside_limits(
        cases.y / 100,
        st.funnel_limits_proportion(n, benchmark / 100, dispersion=rescaled(expected)),
    )
    if method == "wilson":
        assert words == [
            {-1: "lower", 0: "similar", 1: "higher"}.get(one, "not_tested") for one in side.tolist()
        ]
    few = computed(scores.head(4), "between_variance('z', 'low', 'high', 's')", grouped_by="g")
    agree(few, [[0.0]])


def rescaled(found: st.Dispersion) -> st.Dispersion:
    """The same dispersion on the scale of shares."""
    return st.Dispersion(found.phi, found.inflation, found.between_variance / 1e4, found.areas)


@pytest.mark.reference
class TestReferencePackage:
    """Every Wilson, Byar, proportion and standardised case of the reference package's own files."""

    @pytest.fixture(scope="class")
    def folder(self, reference_data: Path) -> Path:
        return reference_data / "statistics_reference"

    def test_byar_and_wilson(self, folder: Path) -> None:
        cases = pd.read_excel(folder / "testdata_Byars_Wilson.xlsx").dropna(subset=["method"])
        assert len(cases) == 13
        compared = 0
        for case in lines(cases):
            level = next(key for key in LEVELS if f"{key}%" == case.confidence)
            row = pd.DataFrame({"x": [case.x], "n": [case.n]}, dtype=float)
            byar = [f"byar_{side}('x', {level})" for side in ("lower", "upper")]
            calls = byar if case.method == "Byars" else wilson(level)
            if case.method == "Byars" and case.x < 10:
                continue  # The file has the approximation here; the macro is exact.
            agree(computed(row, *calls).ravel(), [case.lowercl, case.uppercl])
            compared += 1
        assert compared >= 8

    @pytest.mark.parametrize("sheet", ["testdata_Prop", "testdata_Prop_g"])
    def test_proportions(self, folder: Path, sheet: str) -> None:
        cases = pd.read_excel(folder / "testdata_Proportion.xlsx", sheet_name=sheet)
        cases = cases.rename(
            columns={
                "Numerator": "x",
                "Denominator": "n",
                "lowercl": "lower95_0cl",
                "uppercl": "upper95_0cl",
            }
        )
        cases["multiplier"] = cases.get("multiplier", pd.Series(1, cases.index))
        for multiplier, part in cases.groupby("multiplier"):
            for level, name in ((95, "95_0"), (99.8, "99_8")):
                if f"lower{name}cl" in part:
                    found = computed(part[["x", "n"]], *wilson(level, float(str(multiplier))))
                    agree(found, part[[f"lower{name}cl", f"upper{name}cl"]].T)

    def test_directly_standardised_rates(self, folder: Path) -> None:
        sheets = pd.read_excel(folder / "testdata_DSR_ISR.xlsx", sheet_name=None)
        bands = [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000]
        bands += [7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000]
        people = sheets["testdata_multiarea"].rename(columns={"count": "x", "pop": "n"})
        people["w"] = bands * people.area.nunique()
        people["x"] = people.x.fillna(0)
        results = sheets["testresults_DSR"]
        for per in (10_000, 100_000):
            expected = (
                results[results.statistic.str.endswith(f"per {per}")]
                .set_index("area")
                .reindex(sorted(people.area.unique()))
            )
            for level, name in ((95, "95_0"), (99.8, "99_8")):
                calls = [f"dsr_{side}('x', 'n', 'w', {per}, {level})" for side in ("lower", "upper")]
                found = computed(
                    people[["area", "x", "n", "w"]], f"dsr('x', 'n', 'w', {per})", *calls, grouped_by="area"
                )
                agree(found, expected[["value", f"lower{name}cl", f"upper{name}cl"]].T)
