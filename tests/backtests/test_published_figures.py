"""Figures that publishers have printed come out of the marts, from the files as they were really delivered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from tests.integration.dbt_warehouse import national_warehouse

pytestmark = [pytest.mark.slow, pytest.mark.reference]
FIGURES: list[dict[str, Any]] = [
    {"source": path.stem, **figure}
    for path in sorted((PROJECT_ROOT / "catalogue" / "backtests").glob("*.yml"))
    for figure in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def marts(reference_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts made from the reference data, without disclosure control or publication."""
    made = national_warehouse(reference_data)
    with duckdb.connect(str(made.path), read_only=True) as connection:
        yield connection


def unseen(marts: duckdb.DuckDBPyConnection) -> set[str]:
    """The sources that nobody has seen and that are not among the reference data."""
    declared = load_catalogue(PROJECT_ROOT / "catalogue").sources
    loaded = {
        row[0]
        for row in marts.execute("select source_id from core.dim_source where status = 'loaded'").fetchall()
    }
    return {key for key, source in declared.items() if source.unverified} - loaded


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"{f['indicator']}-{f['region']}-{f['year']}")
def test_published_figure__comes_out_of_the_marts(
    marts: duckdb.DuckDBPyConnection, figure: dict[str, Any]
) -> None:
    found = marts.execute(
        """select o.value, o.source_id, o.value_status, o.mean_of_estimates
           from core.fct_observation as o inner join core.dim_indicator as i using (indicator_id)
           where o.indicator_id = ? and o.region_code = ? and o.year = ? and o.sex = 'total'
             and o.age_band = coalesce(?, i.age_band)""",
        [figure["indicator"], figure["region"], figure["year"], figure.get("age_band")],
    ).fetchall()
    assert len(found) == 1, f"{len(found)} figures instead of one"
    [(value, source, status, mean)] = found
    if figure["source"] in unseen(marts):
        # Where the official table is absent, what was printed of it holds, and nothing else may pass for it.
        assert (source, status) == ("printed_health_monitor_2020", "observed")
    elif source == "printed_health_monitor_2020":
        value = mean  # what the table itself says stays beside it
    else:
        assert source == figure["source"]
    assert value == pytest.approx(figure["published"], abs=figure["tolerance"]), figure["publication"]


def test_published_figures__are_enough_to_trust_the_marts() -> None:
    assert {figure["kind"] for figure in FIGURES} == {"published", "pipeline"}
    printed = [figure for figure in FIGURES if figure["kind"] == "published"]
    # A cell of the delivery itself proves the way to the mart; that the figure is right only another publication can tell.
    assert not [
        f for f in printed if "zoals geleverd" in f["publication"] or f["region"].startswith(("WK", "BU"))
    ]
    assert len({(f["indicator"], f["year"], f.get("age_band")) for f in printed}) >= 15
    assert len({figure["source"] for figure in printed}) >= 3
    assert all(str(f["year"]) in f["publication"] for f in printed), "each citation names its year"
    assert max(f["tolerance"] for f in printed) <= 1.0
    assert all(f.get("note") for f in printed if f["source"].startswith("rivm") and f["tolerance"] > 0.5)
