"""A release that goes on from the file of the one before: the same as one that is written anew, or else it is written anew."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from datawerkplaats.publication import Earlier, Publication, PublicTable, publish, raw_files, raw_path
from datawerkplaats.publication import renew as module
from datawerkplaats.publication.complete import compare
from datawerkplaats.publication.store import predicted_name
from datawerkplaats.publication.tables import Part
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

SHOWN = PublicTable("mart", "obs", "What is shown. Grain: region.", (("title_nl", "Title"),))
TABLES = [*PUBLIC, SHOWN]
TEXTS = {"core.dim_indicator": ["title_nl"], "mart.obs": ["title_nl"]}
SAME = frozenset({"indicator.fct_indicator"})


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Publication]:
    """A warehouse and what was published of it; a table of 40 rows counts as large."""
    monkeypatch.setattr(module, "_SMALL", 10)
    path = warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute("create schema mart")
        con.execute("""create view mart.obs as select f.indicator_id, f.region_level, f.year, f.region_code,
            i.title_nl, f.value_status
            from indicator.fct_indicator f join core.dim_indicator i using (indicator_id)""")
    return path, publish(tmp_path / "publish", path, TABLES, release(), CHECKS)


def spoil(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute(sql)


def both(made: tuple[Path, Publication], **told: Any) -> tuple[Publication, Publication]:
    """The release that goes on from the one before, and the one that is written anew."""
    path, before = made
    # The same moment of history for both.
    aside = before.path.parent.parent / "aside"
    shutil.copytree(before.path.parent, aside)
    earlier = Earlier(before, told.get("texts", TEXTS), told.get("same", SAME))
    renewed = publish(before.path.parent, path, TABLES, release("s2"), CHECKS, earlier=earlier)
    return renewed, publish(aside, path, TABLES, release("s2"), CHECKS)


def test_renew__says_the_same_as_a_release_that_is_written_anew(
    made: tuple[Path, Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(made[0], "update core.dim_indicator set title_nl = 'Een ander opschrift' where is_public")
    filled: list[str] = []
    monkeypatch.setattr("datawerkplaats.publication.renew.fill", lambda *_, **__: filled.append("anew"))
    path, before = made
    renewed = publish(
        before.path.parent, path, TABLES, release("s2"), CHECKS, earlier=Earlier(before, TEXTS, SAME)
    )
    assert filled == []
    monkeypatch.undo()
    anew = publish(before.path.parent, path, TABLES, replace(release("s2")), CHECKS)
    assert compare(anew, renewed).differences == []
    with duckdb.connect(str(renewed.path), read_only=True) as con:
        assert con.execute("select distinct title_nl from mart.obs").fetchall() == [("Een ander opschrift",)]
    part = "indicator/fct_indicator.parquet"
    assert (renewed.parquet_dir / part).read_bytes() == (before.parquet_dir / part).read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        "update staging.facts set value = value + 1 where value is not null",
        "delete from core.dim_indicator where false",
    ],
)
def test_renew__is_not_tried_where_more_than_texts_differs(
    made: tuple[Path, Publication], change: str
) -> None:
    spoil(made[0], change)
    renewed, anew = both(made, texts={**TEXTS, "indicator.fct_indicator": ["value"]}, same=frozenset())
    assert compare(anew, renewed).is_equal


def test_renew__a_table_with_several_texts_per_indicator_is_written_anew(
    made: tuple[Path, Publication],
) -> None:
    spoil(made[0], "create or replace view mart.obs as select indicator_id, region_level, year, region_code,"
                   " 'Over ' || region_code as title_nl, value_status from indicator.fct_indicator")  # fmt: skip
    renewed, anew = both(made)
    assert compare(anew, renewed).is_equal


def test_renew__a_damaged_file_before_is_not_gone_on_from(made: tuple[Path, Publication]) -> None:
    path, before = made
    before.path.chmod(0o644)
    whole = bytearray(before.path.read_bytes())
    whole[-1] ^= 1
    before.path.write_bytes(whole)
    renewed = publish(
        before.path.parent,
        path,
        TABLES,
        release("s2"),
        CHECKS,
        earlier=Earlier(before, {}, SAME | set(TEXTS)),
    )
    with duckdb.connect(str(renewed.path), read_only=True) as con:
        assert con.execute("select count(*) from mart.obs").fetchone() == (40,)


PARTS = (
    Part(False, {"quality.risk": "predicted"}, (), {}),
    Part(True, {"quality.risk": "predicted"}, (), {}),
)
RISK = PublicTable("quality", "risk", "What is predicted. Grain: region.", (("region_code", "Region"),))


def with_raw(path: Path) -> None:
    spoil(path, """create schema raw;
        create table raw.measure as select 'source_a' as source_id, 'Eenzaam' as measure_code;
        create table raw.observation as select 'source_a' as source_id, 'Eenzaam' as measure_code, 'gemeente' as region_level,
            2020 as year, 'all' as age_band, 'total' as sex, region_code, value from indicator.fct_indicator""")  # fmt: skip


def files_of(publication: Publication) -> dict[str, bytes]:
    return {
        name.replace(publication.id, ""): path.read_bytes()
        for name, (path, _) in raw_files(publication).items()
    }


@pytest.mark.parametrize("is_damaged", [False, True])
def test_renew__what_was_delivered_is_copied_unless_it_is_damaged(
    made: tuple[Path, Publication], is_damaged: bool
) -> None:
    path, _ = made
    with_raw(path)
    before = publish(path.parent / "publish", path, TABLES, release("s2"), CHECKS)
    delivered = files_of(before)
    assert len(delivered) == 3
    if is_damaged:
        damaged = raw_path(before)
        damaged.chmod(0o644)
        damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    # Nobody looks into the warehouse where the files are copied: there it stands otherwise now.
    spoil(path, "update raw.observation set value = -1")
    earlier = Earlier(before, TEXTS, SAME, has_same_raw=True)
    renewed = publish(path.parent / "publish", path, TABLES, release("s3"), CHECKS, earlier=earlier)
    assert (files_of(renewed) == delivered) is not is_damaged
    assert raw_path(renewed).exists()
    anew = publish(path.parent / "publish", path, TABLES, release("s4"), CHECKS)
    assert files_of(anew) != delivered


def test_renew__what_is_predicted_goes_on_from_the_file_before(
    made: tuple[Path, Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = made
    spoil(
        path,
        "create schema quality; create table quality.risk as select 'GM0001' as region_code, 0.5 as value",
    )
    tables = [*TABLES, RISK]
    before = publish(path.parent / "publish", path, tables, release("s2"), CHECKS, parts=PARTS)
    filled: list[str] = []
    monkeypatch.setattr("datawerkplaats.publication.renew.fill", lambda *_, **__: filled.append("anew"))
    earlier = Earlier(before, TEXTS, SAME | {RISK.label})
    renewed = publish(
        path.parent / "publish", path, tables, release("s3"), CHECKS, parts=PARTS, earlier=earlier
    )
    assert filled == []
    file = renewed.path.with_name(predicted_name(renewed.id))
    assert file.stat().st_mode & 0o777 == 0o400
    with duckdb.connect(str(file), read_only=True) as con:
        assert con.execute("from quality.risk").fetchall() == [("GM0001", 0.5)]
        assert con.execute("select publication_id from meta.publication").fetchall() == [(renewed.id,)]
