"""The whole path on the demo region, as a newcomer takes it: build, publish, ask, add an indicator, see it on the page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from datawerkplaats import publication
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.publication.complete import compare
from tests.small_region import Region
from tests.warm_builds import WarmBuilds

pytestmark = [pytest.mark.slow, pytest.mark.busy]

ANALYSTS_GUIDE = PROJECT_ROOT / "docs" / "analysts.md"
NEW_INDICATOR = """
title: {nl: Beperkt in horen, en: Hearing limitation}
description: {nl: Deel van de volwassenen dat moeite heeft met horen., en: Share of adults who have difficulty hearing.}
determinant_level: individual
population: adults_18_plus
definition: {source: rivm_health_50090ned, measure: BeperkingInHoren}
polarity: higher_is_worse
none_known: true
"""


def _connect(data_dir: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(publication.current(data_dir / "publish").path), read_only=True)


def test_materialise__publishes_three_marts_of_a_fictional_region(demo: Path) -> None:
    with _connect(demo) as con:
        per_mart = dict(
            con.execute(
                "select mart, count(distinct indicator_id) from core.fct_observation join core.dim_indicator "
                "using (indicator_id) where value is not null group by mart"
            ).fetchall()
        )
        regions = con.execute("select count(*), bool_and(is_fictional) from core.dim_region").fetchone()
    assert per_mart["indicator"] >= 12
    assert per_mart["determinant"] >= 12
    assert per_mart["outcome"] >= 1
    assert regions is not None
    assert regions[0] > 800
    assert regions[1] is True


def test_materialise__inhabitants_by_sex_and_age_are_those_of_the_regions(demo: Path) -> None:
    with _connect(demo) as con:
        levels = con.execute(
            """select p.region_level, count(distinct p.region_code), count(distinct p.year),
                 bool_and(p.people = r.population)
               from core.fct_population as p join core.dim_region as r using (region_id)
               where p.sex = 'total' and p.age_band = 'all' group by all order by all"""
        ).fetchall()
        parts = con.execute(
            """select count(distinct age_band), sum(people) filter (where sex = 'men'), sum(people) filter (where sex = 'women'),
                 sum(people) filter (where sex = 'total') from core.fct_population where age_from is not null"""
        ).fetchone()
    assert levels == [("country", 1, 2, True), ("gemeente", 12, 2, True), ("province", 1, 2, True)]
    assert parts is not None
    assert (parts[0], parts[1] + parts[2]) == (20, parts[3])


def _queries() -> dict[str, str]:
    text = ANALYSTS_GUIDE.read_text(encoding="utf-8")
    return dict(re.findall(r"^### (\d+\. [^\n]+)\n\n```sql\n(.*?)```", text, re.M | re.S))


def test_analysts_guide__queries_can_all_be_run() -> None:
    text = ANALYSTS_GUIDE.read_text(encoding="utf-8")
    assert len(_queries()) == len(re.findall(r"^### \d+\. ", text, re.M)) == 14


@pytest.mark.parametrize("title", _queries())
def test_analysts_guide__query_runs_and_finds_something(demo: Path, title: str) -> None:
    with _connect(demo) as con:
        assert con.execute(_queries()[title]).fetchall(), f"query {title} finds nothing on the demo region"


def test_new_indicator__one_yaml_file_reaches_mart_and_page(
    small_copied: Region, warm: WarmBuilds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = small_copied.data
    catalogue = tmp_path / "catalogue"
    shutil.copytree(small_copied.catalogue, catalogue)
    (catalogue / "indicators" / "determinant" / "hearing_limitation_pct.yml").write_text(
        NEW_INDICATOR, encoding="utf-8"
    )

    before = publication.current(copied / "publish")
    run = warm.materialise(DWP_CATALOGUE_DIR=str(catalogue))

    assert run.returncode == 0, run.stdout + run.stderr
    # What was loaded and validated before still holds: it is neither read nor checked again.
    assert "[load]" not in run.stdout and "expectations" not in run.stdout
    # What the figure reaches was built again, and nothing but it is other than it was.
    changed = publication.diff(before, publication.current(copied / "publish"))
    assert not changed.is_empty
    assert {row.indicator_id for row in changed.cells} == {"hearing_limitation_pct"}
    with _connect(copied) as con:
        found = con.execute(
            "select count(value) from determinant.fct_determinant where indicator_id = 'hearing_limitation_pct'"
        ).fetchone()
    assert found is not None
    assert found[0] > 100
    monkeypatch.setenv("DWP_DATA_DIR", str(copied))
    get_settings.cache_clear()
    try:
        page = AppTest.from_file(str(PROJECT_ROOT / "apps" / "dashboard" / "app.py"), default_timeout=1800)
        page.run()
        page._page_hash = next(
            key for key, info in page._registered_pages.items() if info["url_pathname"] == "verkennen"
        )
        page.query_params.update(
            {"class": "determinant", "indicator": "hearing_limitation_pct", "level": "gemeente"}
        )
        page.run()
    finally:
        get_settings.cache_clear()
    assert not page.exception
    assert any(
        "Beperkt in horen" in element.value
        for element in [*page.markdown, *page.title, *page.header, *page.subheader]
    )
    _another_title_makes_no_figure_again(warm, copied, catalogue)


def _another_title_makes_no_figure_again(warm: WarmBuilds, data: Path, catalogue: Path) -> None:
    """Another title and another caveat: a few tables, and a release that differs in these texts and in nothing else."""
    before = publication.current(data / "publish")
    for name, pattern, new in (
        ("indicators/determinant/hearing_limitation_pct.yml", r"(?m)^  nl: .*", "  nl: Een ander opschrift"),
        ("dimensions/caveats.yml", r"(?m)^    nl: .*", "    nl: Een andere kanttekening."),
    ):
        text = (catalogue / name).read_text(encoding="utf-8")
        (catalogue / name).write_text(re.sub(pattern, new, text, count=1), encoding="utf-8")
    run = warm.materialise(DWP_CATALOGUE_DIR=str(catalogue))
    assert run.returncode == 0, run.stdout + run.stderr
    made = re.search(r"\[dbt\] made again: (.*), of \d+ models", run.stdout)
    assert made and set(made[1].split(", ")) <= {"dim_indicator", "rpt_gap_list"}, run.stdout
    assert f"only texts differ from {before.id}" in run.stdout
    found = compare(before, publication.current(data / "publish"))
    assert found.tables > 20
    changed = {
        column
        for row in found.differences
        for column in re.findall(r"(\w+) in [\d,]+ rows", row.detail.partition("changed: ")[2])
    }
    assert changed and changed <= {"title_nl", "caveats_nl"}
    # The changelog and its length in the manifest tell of another release before it.
    texts = {"core.dim_indicator", "mart.obs", "quality.rpt_gap_list", "meta.changelog", "manifest"}
    assert {row.subject.split(" ")[0] for row in found.differences} <= texts
