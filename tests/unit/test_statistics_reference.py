"""Every case of the reference package's own test files, read from those files and reproduced to 1e-6."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from datawerkplaats import statistics as st
from datawerkplaats.statistics.inequality import ValueKind

pytestmark = pytest.mark.reference
RELATIVE = 1e-6
# The European Standard Population 2013 in 19 bands, the default standard of the reference package.
ESP_2013 = [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000]
ESP_2013 += [7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000]
LIMITS = ["lower95_0cl", "upper95_0cl", "lower99_8cl", "upper99_8cl"]


@pytest.fixture(scope="module")
def folder(reference_data: Path) -> Path:
    path = reference_data / "statistics_reference"
    if not path.exists():
        pytest.skip(f"the statistical reference files are not here: {path}")
    return path


def lines(table: pd.DataFrame) -> Iterator[Any]:
    """The rows by name; what a column holds is known when the file is read."""
    yield from table.itertuples()


def agree(found: object, expected: object) -> None:
    np.testing.assert_allclose(
        np.asarray(found, float), np.asarray(expected, float), rtol=RELATIVE, atol=1e-12, equal_nan=True
    )


def test_byar_and_wilson(folder: Path) -> None:
    cases = pd.read_excel(folder / "testdata_Byars_Wilson.xlsx").dropna(subset=["method"])
    assert len(cases) == 13
    for case in lines(cases):
        level = float(case.confidence.rstrip("%")) / 100
        if case.method == "Byars":
            found = st.poisson_interval(case.x, level, exact_below=0)
        else:
            found = st.wilson_interval(case.x, case.n, level)
        agree([found.lower, found.upper], [case.lowercl, case.uppercl])
        assert (found.reason == "limit_undefined") == np.isnan(case.lowercl)


def test_proportions(folder: Path) -> None:
    cases = pd.read_excel(folder / "testdata_Proportion.xlsx", sheet_name="testdata_Prop")
    assert len(cases) == 19
    for multiplier, part in cases.groupby("multiplier"):
        for columns, level in ((LIMITS[:2], 0.95), (LIMITS[2:], 0.998)):
            found = st.wilson_interval(part.Numerator, part.Denominator, level, float(str(multiplier)))
            agree([found.value, found.lower, found.upper], part[["value", *columns]].T)
            assert ((found.reason == "missing_input") == part.value.isna()).all()


def test_grouped_proportions(folder: Path) -> None:
    cases = pd.read_excel(folder / "testdata_Proportion.xlsx", sheet_name="testdata_Prop_g")
    assert len(cases) == 11
    found = st.wilson_interval(cases.Numerator, cases.Denominator)
    agree([found.value, found.lower, found.upper], cases[["value", "lowercl", "uppercl"]].T)


def by_area(table: pd.DataFrame, column: str) -> tuple[list[str], np.ndarray]:
    areas = list(table.area.unique())
    return areas, np.array([table.loc[table.area == area, column].to_numpy(float) for area in areas])


@pytest.fixture(scope="module")
def rates(folder: Path) -> dict[str, pd.DataFrame]:
    return pd.read_excel(folder / "testdata_DSR_ISR.xlsx", sheet_name=None)


def test_directly_standardised_rates(rates: dict[str, pd.DataFrame]) -> None:
    results = rates["testresults_DSR"]
    areas, events = by_area(rates["testdata_multiarea"], "count")
    _, people = by_area(rates["testdata_multiarea"], "pop")
    old = rates["testdata_1976"].dropna()
    compared = 0
    for per in (10_000, 100_000):
        expected = results[results.statistic.str.endswith(f"per {per}")].set_index("area")
        for columns, level in ((LIMITS[:2], 0.95), (LIMITS[2:], 0.998)):
            options: dict[str, Any] = {"confidence": level, "multiplier": per, "missing_as_zero": True}
            found = st.directly_standardised_rate(events, people, ESP_2013, **options)
            for row, area in enumerate(areas):
                if area == "testdata_tiny":
                    assert found.reason[row] == "fewer_than_10_events"
                    assert np.isnan([found.value[row], found.lower[row], found.upper[row]]).all()
                else:
                    want = expected.loc[area, ["value", *columns]]
                    agree([found.value[row], found.lower[row], found.upper[row]], want)
                compared += 1
            found = st.directly_standardised_rate(old["count"], old["pop"], old["esp1976"], **options)
            # The file holds these two limits of 1976 ten times too high (its 95 % limits are right).
            want = expected.loc["testdata_1976", columns] / (10 if level == 0.998 else 1)
            agree(found.value, expected.loc["testdata_1976", "value"])
            agree([found.lower[0], found.upper[0]], want)
            compared += 1
    assert compared == 16


def test_directly_standardised_rates_of_events_that_recur(rates: dict[str, pd.DataFrame]) -> None:
    table = rates["testdata_nonindepe"]
    areas, events = by_area(table, "count")
    _, people = by_area(table, "pop")
    persons = np.stack([by_area(table, f"f{times}")[1] for times in (1, 2, 3, 4)], axis=2)
    expected = rates["testresults_DSR"].set_index("area")
    for columns, level in ((LIMITS[:2], 0.95), (LIMITS[2:], 0.998)):
        found = st.directly_standardised_rate(
            events, people, ESP_2013, confidence=level, persons_by_frequency=persons, missing_as_zero=True
        )
        agree([found.value, found.lower, found.upper], expected.loc[areas, ["value", *columns]].T)
    assert found.reason[areas.index("testdata_nonind_tiny")] == "fewer_than_10_events"


@pytest.mark.parametrize("sheet", ["testdata_err1", "testdata_err3", "testdata_err4"])
def test_impossible_input_is_refused(rates: dict[str, pd.DataFrame], sheet: str) -> None:
    table = rates[sheet].dropna()
    found = st.directly_standardised_rate(table["count"], table["pop"], table["stdpop"])
    assert found.reason.tolist() == ["invalid_input"] and np.isnan(found.value).all()


def test_a_band_without_people_is_refused_for_its_area_only(rates: dict[str, pd.DataFrame]) -> None:
    table = rates["testdata_err2"].dropna(subset=["area"])
    areas, events = by_area(table, "count")
    found = st.directly_standardised_rate(events, by_area(table, "pop")[1], ESP_2013)
    assert dict(zip(areas, found.reason, strict=True)) == {"Area1": "invalid_input", "Area2": ""}


def indirect(rates: dict[str, pd.DataFrame], sheet: str, statistic: str, level: float) -> pd.DataFrame:
    table, reference = rates[sheet].dropna(subset=["area"]), rates["refdata"]
    areas, events = by_area(table, "count")
    inputs = (events, by_area(table, "pop")[1], reference.refcount, reference.refpop)
    options: dict[str, Any] = {"confidence": level, "missing_as_zero": True}
    number = float(statistic.rsplit(maxsplit=1)[-1])
    if "rate" in statistic:
        found = st.indirectly_standardised_rate(*inputs, multiplier=number, **options)
    else:
        found = st.indirectly_standardised_ratio(*inputs, factor=number, **options)
    columns = ["observed", "expected", "reference_rate", "value", "lower", "upper"]
    return pd.DataFrame({name: getattr(found, name) for name in columns}, index=areas)


def test_indirectly_standardised_rates_and_ratios(rates: dict[str, pd.DataFrame]) -> None:
    compared = 0
    for case in lines(rates["testresults_ISR"]):
        sheet = "testdata_err2" if case.area.startswith("Area") else "testdata_multiarea_isr"
        for level, low, high in ((0.95, case.lower95_0cl, case.upper95_0cl), (0.998, *case[8:10])):
            if np.isnan(low):
                continue
            found = indirect(rates, sheet, case.statistic, level).loc[case.area]
            agree(
                found[["observed", "expected", "value", "lower", "upper"]],
                [case.observed, case.expected, case.value, low, high],
            )
            if "rate" in case.statistic:
                agree(found.reference_rate, case.ref_rate)
            compared += 1
    assert compared == 28


KINDS: dict[int, ValueKind] = {0: "value", 1: "rate", 2: "proportion"}


def monte_carlo_error(found: np.ndarray, level: float, repetitions: int) -> np.ndarray:
    """The standard error of a simulated quantile: sqrt(p(1-p)/n) / density, with the density of a normal
    draw.
    """
    z, tail = {0.95: 1.959964, 0.98: 2.326348, 0.99: 2.575829}[level], (1 - level) / 2
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    spread = np.diff(found)[0] / (2 * z)
    return np.asarray(np.sqrt(tail * (1 - tail) / repetitions) * spread / density)


def levels_of(case: pd.Series) -> tuple[float, ...]:
    """The confidence of a case; the description is right where the column says 95 and the text 98."""
    text = case.TestDescription
    if not np.isnan(case.sii_lowercl_2):
        return (0.95, 0.98) if "98" in text else (0.95, 0.99)
    return (0.98,) if "98%" in text else (0.99,) if "99%" in text else (0.95,)


def sii_cases(folder: Path) -> list[tuple[pd.Series, pd.DataFrame]]:
    table = pd.read_excel(folder / "testdata_SII.xlsx")
    starts = table.index[table.sii.notna()]
    ends = [*(starts[1:]), len(table)]
    # A ladder ends where the quantile number stops rising; between two cases there may be rows of an error
    # test.
    sizes = [
        int(table.Quantile[start:end].head(10).cummax().max())
        for start, end in zip(starts, ends, strict=True)
    ]
    return [
        (table.loc[start], table.loc[start : start + size - 1])
        for start, size in zip(starts, sizes, strict=True)
    ]


def compute(case: pd.Series, groups: pd.DataFrame, use_error: bool) -> st.Inequality:
    text = case.TestDescription
    multiplier = -100 if "x -100" in text else 100 if "x 100" in text else -1 if "negative" in text else 1
    given: dict[str, Any] = (
        {"error": groups.StandardError}
        if use_error
        else {"lower95": groups.LowerCL, "upper95": groups.UpperCL}
    )
    return st.inequality(
        groups.Population,
        groups.Value,
        kind=KINDS[int(case.ValueType)],
        transform="transform" in text,
        confidence=levels_of(case),
        multiplier=multiplier,
        seed=20,
        **given,
    )


@pytest.mark.parametrize("use_error", [False, True], ids=["from limits", "from standard errors"])
def test_slope_index_of_inequality(folder: Path, use_error: bool) -> None:
    cases = sii_cases(folder)
    assert len(cases) == 44
    compared = 0
    for case, groups in cases:
        assert len(groups) in (5, 10) and groups.Quantile.is_monotonic_increasing
        found = compute(case, groups, use_error)
        assert found.reason == ""
        agree(found.sii, case.sii)
        if not np.isnan(case.rii):
            agree(found.rii, case.rii)
        if not np.isnan(case.Intercept):
            start = found.intercept
            if "transform" in case.TestDescription:
                start = np.exp(start) if int(case.ValueType) == 1 else 1 / (1 + np.exp(-start))
            agree(start, case.Intercept)
        for place, level in enumerate(levels_of(case)):
            for name, limits in (("sii", found.sii_limits[place]), ("rii", found.rii_limits[place])):
                want = case[[f"{name}_lowercl_{place + 1}", f"{name}_uppercl_{place + 1}"]].to_numpy(float)
                if np.isnan(want).any():
                    continue
                ours = monte_carlo_error(np.array(limits), level, 100_000)
                theirs = monte_carlo_error(want, level, int(case.Repetitions))
                assert np.abs(np.array(limits) - want).max() < 5 * np.hypot(ours, theirs), (
                    case.TestDescription,
                    name,
                )
                compared += 2
    assert compared >= 130


def test_impossible_ladders_are_refused(folder: Path) -> None:
    table = pd.read_excel(folder / "testdata_SII.xlsx")
    wanted = {
        "error handling - negative populations": "invalid_input",
        "error handling - negative counts/standard error": "invalid_input",
        "error handling - missing value field": "quantile_missing",
        "error handling - missing confidence limits and se": "interval_required",
        "warning handling - missing populations, counts or values": "quantile_missing",
    }
    for text, reason in wanted.items():
        groups = table[table.TestDescription == text]
        kind = KINDS[int(groups.ValueType.iloc[0])]
        found = st.inequality(groups.Population, groups.Value, error=groups.StandardError, kind=kind)
        assert found.reason == reason, text
    groups = table[table.TestDescription == "error handling - invalid proportion in CLs"]
    found = st.inequality(
        groups.Population, groups.Value, lower95=groups.LowerCL, upper95=groups.UpperCL, kind="proportion"
    )
    assert found.reason in ("invalid_input", "interval_required")
    groups = table[table.TestDescription == "warning handling - large number of quantiles (>10)"]
    kind = KINDS[int(groups.ValueType.iloc[0])]
    assert st.inequality(groups.Population, groups.Value, error=groups.StandardError, kind=kind).reason == ""


def test_slope_of_the_directly_standardised_example(folder: Path) -> None:
    """The DSR example file has five quintiles in six years: each gives an SII within its own interval."""
    table = pd.read_csv(folder / "DSR_testdata.csv")
    for _, groups in table.groupby("Period"):
        found = st.inequality(
            groups.total_pop, groups.value, lower95=groups.lowercl, upper95=groups.uppercl, kind="rate"
        )
        root = np.sqrt(groups.total_pop / groups.total_pop.sum())
        ranks = st.relative_ranks(groups.total_pop)
        slope = np.linalg.lstsq(np.column_stack([root, ranks * root]), groups.value * root, rcond=None)[0][1]
        agree(found.sii, slope)
        assert found.sii_limits[0][0] < found.sii < found.sii_limits[0][1] < 0
