"""One fact and thin views: what the published tables say stays what the warehouse says, under every name a file is opened by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import Publication, PublicTable, layout, publish
from datawerkplaats.publication.complete import compare
from datawerkplaats.publication.renew import Earlier
from tests.publication_example import CHECKS, release

TABLES = [
    PublicTable("core", "dim_indicator", keys=(("indicator_id",),)),
    PublicTable(
        "core", "fct_observation", "Every figure as delivered.", (("value", "The value"),),
        (("indicator_id", "region_id", "year"),),
    ),
    PublicTable("indicator", "fct_indicator", "Figures of indicators."),
    PublicTable("determinant", "fct_determinant", "Figures of determinants."),
    PublicTable(
        "mart", "obs", "Every figure on the areas of now.", (("title_nl", "What it is called"),),
        (("indicator_id", "region_code", "year"),),
    ),
]  # fmt: skip
MEMBERS = ("core.fct_observation", "indicator.fct_indicator", "determinant.fct_determinant", "mart.obs")


def warehouse(path: Path, title: str = "Eenzaam", name: str = "") -> Path:
    """A warehouse with delivered figures, one of an area that is no more, and figures of now, one of them restated."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        for schema in ("core", "indicator", "determinant", "mart"):
            con.execute(f"create schema {schema}")
        con.execute(
            f"""create table core.dim_indicator as from (values
                ('lonely_pct', 'indicator', '{title}', true), ('aid_pct', 'determinant', 'Bijstand', true),
                ('secret_pct', 'indicator', 'Geheim', false)) as t(indicator_id, mart, title_nl, is_public)"""
        )
        con.execute(
            """create table core.fct_observation as
            select indicator_id, 'source_a' as source_id, code as region_code, 'gemeente' as region_level, 2020 as region_vintage,
                code || '@2020' as region_id, 2020 as year, 'total' as sex, '18+' as age_band,
                cast(if(number = 3, null, number + 0.5) as double) as value,
                if(number = 3, 'suppressed', 'observed') as value_status
            from (values ('lonely_pct'), ('aid_pct'), ('secret_pct')) as i(indicator_id),
                (values (1, 'GM0001'), (2, 'GM0002'), (3, 'GM0003'), (4, 'GM0009')) as a(number, code)"""
        )
        for mart in ("indicator", "determinant"):
            con.execute(
                f"""create view {mart}.fct_{mart} as select f.* from core.fct_observation as f
                join core.dim_indicator as i using (indicator_id) where mart = '{mart}'"""
            )
        con.execute(
            f"""create table mart.obs as
            select f.indicator_id, i.mart, i.title_nl, f.region_code,
                if('{name}' = '', 'Gemeente ', '{name}' || f.indicator_id) || f.region_code as region_name, f.region_level,
                f.region_code as gemeente_code, 'Gemeente' as gemeente_name, 'Veenland' as province_name,
                null::varchar as ggd_region_name, 1000.0 as population, true as is_focus, f.year, f.age_band, f.sex,
                f.value, f.value_status, false as is_restated, f.source_id, f.region_code || '@2024' as region_id,
                f.region_vintage as delivered_vintage
            from core.fct_observation as f join core.dim_indicator as i using (indicator_id) where f.region_code <> 'GM0009'
            union all select 'lonely_pct', 'indicator', '{title}', 'GM0002', if('{name}' = '', 'Gemeente ', '{name}lonely_pct')
                || 'GM0002', 'gemeente', 'GM0002', 'Gemeente', 'Veenland', null, 1000.0, true, 2018, '18+', 'total', 7.25::double,
                'imputed', true, 'source_a', 'GM0002@2024', 2018"""
        )
    return path


def said(path: Path, schema: str = "") -> dict[str, list[Any]]:
    """Per table what it says of indicators that are public."""
    with duckdb.connect() as con:
        con.execute(f"attach '{path}' as other (read_only)")
        return {
            label: con.execute(
                f"select * from other.{label} where indicator_id <> 'secret_pct' order by all"
            ).fetchall()
            for label in MEMBERS
        }


@pytest.fixture
def made(tmp_path: Path) -> Publication:
    return publish(
        tmp_path / "publish", warehouse(tmp_path / "warehouse.duckdb"), TABLES, release("s1"), CHECKS
    )


def test_views__say_what_the_warehouse_says_under_another_name(made: Publication, tmp_path: Path) -> None:
    assert said(made.path) == said(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(made.path), read_only=True) as con:
        kinds = con.execute(
            "select view_name, comment from duckdb_views() where not internal order by 1"
        ).fetchall()
        stored = con.execute("select count(*), count(distinct indicator_id) from stored.figure").fetchone()
    assert [name for name, _ in kinds] == ["fct_determinant", "fct_indicator", "fct_observation", "obs"]
    assert dict(kinds)["obs"] == "Every figure on the areas of now."
    assert stored == (
        9,
        2,
    )  # eight delivered figures and one restated, each once; nothing of what is not public


def test_views__have_the_columns_and_types_of_the_warehouse(made: Publication) -> None:
    told = {f"{table['schema']}.{table['name']}": table for table in made.manifest["tables"]}
    assert {"name": "value_status", "type": "VARCHAR"} in told["mart.obs"]["columns"]
    assert all(told[label]["within"] == "stored.figure" for label in MEMBERS)


def test_parquet__one_file_gives_the_rows_of_every_table(made: Publication) -> None:
    told = {f"{table['schema']}.{table['name']}": table for table in made.manifest["tables"]}
    assert [path.name for path in made.parquet_dir.glob("*/f*.parquet")] == ["figure.parquet"]
    for label, rows in said(made.path).items():
        query = told[label]["parquet"]["query"].replace("stored/", f"{made.parquet_dir}/stored/")
        assert duckdb.sql(f"from ({query}) order by all").fetchall() == rows


def test_publish__two_ways_of_telling_an_area_hold_it_back(tmp_path: Path) -> None:
    path = warehouse(tmp_path / "warehouse.duckdb", name="Naam ")
    with pytest.raises(DataProblem, match="one name, gemeente and number of residents per area"):
        publish(tmp_path / "publish", path, TABLES, release("s1"), CHECKS)
    assert not (tmp_path / "publish" / "current.json").exists()


def test_publish__a_view_that_says_something_else_is_held_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = layout._view
    monkeypatch.setattr(
        layout,
        "_view",
        lambda label, source: right(label, source).replace('f."value",', 'f."value" + 1 as value,'),
    )
    with pytest.raises(DataProblem, match="a view that says what the table"):
        publish(tmp_path / "publish", warehouse(tmp_path / "warehouse.duckdb"), TABLES, release("s1"), CHECKS)


def test_renew__other_texts_reach_the_views_and_figures_stay(made: Publication, tmp_path: Path) -> None:
    path = warehouse(tmp_path / "later.duckdb", title="Zich eenzaam voelen")
    texts = {"core.dim_indicator": ["title_nl"], "mart.obs": ["title_nl"]}
    same = frozenset(table.label for table in TABLES) - set(texts)
    renewed = publish(
        made.path.parent, path, TABLES, release("s2"), CHECKS, earlier=Earlier(made, texts, same)
    )
    assert said(renewed.path) == said(path)
    with duckdb.connect(str(renewed.path), read_only=True) as con:
        told = (
            "select comment from duckdb_columns() where schema_name = 'stored' and column_name = 'title_nl'"
        )
        assert con.execute(told).fetchall() == [("What it is called",)]
    found = compare(made, renewed)
    assert {row.subject for row in found.differences} <= {
        "core.dim_indicator", "core.dim_indicator (Parquet)", "mart.obs", "mart.obs (Parquet)", "manifest",
        "meta.changelog", "meta.changelog (Parquet)",
    }  # fmt: skip
