"""Rows that may not be read any more: past their time, or of somebody who was erased; and what a look ahead tells once."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.operations.erasure import erase
from datawerkplaats.operations.pruning import prune
from datawerkplaats.partners import quarantine
from datawerkplaats.partners.leaving import first_year, leaving, note_erased
from datawerkplaats.partners.rewriting import holds
from datawerkplaats.partners.told_ahead import tell_once
from datawerkplaats.partners.vault import Vault
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.store import open_store
from tests.partner_example import COUNTS, HEADING, SOURCE, World, make_world, person, persons

CANARY = "c0ffee5eedc0ffee5eedc0de"
ROWS = [*persons(COUNTS), [CANARY, *person(1, "WK000101")[1:]]]


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    own = settings.model_copy(update={"keys_dir": tmp_path / "keys"})
    return make_world(own, tmp_path)


@pytest.mark.parametrize("today", ["2026-12-30", "2026-12-31", "2027-01-01", "2028-02-29"])
def test_retention__a_year_stays_until_so_many_days_after_its_end(world: World, today: str) -> None:
    source, days = world.catalogue.sources[SOURCE].model_copy(update={"retention_days": 1_000}), 1_000
    day = date.fromisoformat(today)
    kept = first_year(source, day)
    assert (day - date(kept, 12, 31)).days <= days < (day - date(kept - 1, 12, 31)).days


@pytest.mark.parametrize("year", ["202", "20", "0", "1020"])
def test_retention__what_is_no_year_is_refused_and_not_left_out_as_past_its_time(
    world: World, year: str
) -> None:
    rows = persons(COUNTS)
    result = world.deliver([[rows[0][0], year, *rows[0][2:]], *rows[1:]])
    assert result.status == "rejected" and result.problem and result.problem.code == "unknown_category"


def test_retention__rows_past_their_time_are_not_read_and_go_from_what_was_accepted(world: World) -> None:
    source, settings = world.catalogue.sources[SOURCE], world.settings
    rows = [*persons(COUNTS), *persons(COUNTS, 2005, 5_000)]
    got = quarantine.keep(source, settings, "d", ".csv", [_text(rows)])
    quarantine.accept(source, settings, "d", got.sha256)
    assert world.deliver(rows).status == "new"
    made = Vault(source, settings).current()
    assert made and made.rows == len(persons(COUNTS))
    path = next((settings.private_dir / "accepted" / SOURCE).iterdir())
    assert [name for name in prune(settings, dry=True).paths if "before" in name]
    assert "2005" in path.read_text()
    prune(settings, now=datetime(2026, 6, 1, tzinfo=UTC))
    assert ";2005;" not in path.read_text() and path.read_text().count("\n") == len(persons(COUNTS)) + 1
    assert path.stat().st_mode & 0o077 == 0


def test_erased__somebody_does_not_come_back_with_a_later_delivery(world: World) -> None:
    source, settings = world.catalogue.sources[SOURCE], world.settings
    world.deliver(ROWS)
    note_erased(source, settings, [CANARY])
    assert world.deliver(ROWS).status == "new"
    made = Vault(source, settings).current()
    assert made and made.rows == len(ROWS) - 1
    assert CANARY not in (settings.private_dir / "erased.json").read_text()


def test_erased__under_another_key_nothing_is_read(world: World, tmp_path: Path) -> None:
    source = world.catalogue.sources[SOURCE]
    note_erased(source, world.settings, [CANARY])
    other = world.settings.model_copy(update={"keys_dir": tmp_path / "other"})
    with pytest.raises(DataProblem, match="would come back unseen"):
        leaving(source, other)


def test_erase__takes_the_person_out_of_every_form_and_says_what_is_left(world: World) -> None:
    source, settings = world.catalogue.sources[SOURCE], world.settings.model_copy(update={"backups": ""})
    world.deliver(ROWS)
    data = settings.data_dir
    table = pa.table({"person": [CANARY, "0123456789abcdef"], "n": [1, 2]})
    (data / "snapshots").mkdir(exist_ok=True)
    pq.write_table(table, data / "snapshots" / "rows.parquet", compression="zstd")
    (data / "snapshots" / "rows.csv.gz").write_bytes(gzip.compress(_text(ROWS)))
    (data / "models").mkdir(exist_ok=True)
    with duckdb.connect(str(data / "models" / "staged.duckdb")) as con:
        con.execute(f"create table t as select '{CANARY}' as person")
    (data / "notes.txt").write_text(f"about {CANARY}")
    store = open_store(settings)
    done = erase(store, LOCAL, settings, world.catalogue, source, [CANARY])
    assert done.left == ["notes.txt"]
    assert done.rows == 3 and set(done.rewritten) == {
        "snapshots/rows.parquet", "snapshots/rows.csv.gz", str(world.file)
    }  # fmt: skip
    assert "models/staged.duckdb" in done.removed and Vault(source, settings).current() is None
    assert pq.read_table(data / "snapshots" / "rows.parquet").num_rows == 1
    (data / "notes.txt").unlink()
    kept = [path for path in [*data.rglob("*"), world.file] if path.is_file() and not path.is_symlink()]
    assert not [path for path in kept if holds(path, [CANARY]) or CANARY.encode() in path.read_bytes()]
    assert store.verify_log() == 1
    store.engine.dispose()


def test_erase__names_the_models_that_learned_from_the_source(world: World) -> None:
    store = open_store(world.settings)
    panel = world.catalogue.sources["ml_panel_waves"]
    done = erase(store, LOCAL, world.settings, world.catalogue, panel, ["NL0000001"])
    assert "onset_anxiety_complaints_0_11" in done.models
    with pytest.raises(DataProblem, match="a source with figures about areas"):
        erase(
            store,
            LOCAL,
            world.settings,
            world.catalogue,
            world.catalogue.sources["leefbaarometer_scores"],
            [CANARY],
        )
    with pytest.raises(DataProblem, match="at least 6 characters"):
        erase(store, LOCAL, world.settings, world.catalogue, panel, ["12"])
    store.engine.dispose()


def test_ahead__of_each_cell_one_thing_is_told_until_the_next_release(settings: Settings) -> None:
    def told(release: str, **after: float | None) -> dict[str, float | str | None]:
        cells = [{"area": area, "value_after": value} for area, value in after.items()]
        found = tell_once(settings, SOURCE, release, cells, ["area"], ["value"])
        return {one["area"]: one["value_after"] if one["is_told"] else "untold" for one in found}

    assert told("r1", a=31.0, b=None) == {"a": 31.0, "b": None}
    assert told("r1", a=31.0, b=40.0, c=7.0) == {"a": 31.0, "b": "untold", "c": 7.0}
    assert told("r1", a=32.0, b=None, c=8.0) == {"a": "untold", "b": None, "c": "untold"}
    assert told("r2", a=32.0, b=40.0) == {"a": 32.0, "b": 40.0}


def _text(rows: list[list[str]]) -> bytes:
    return "".join(f"{';'.join(row)}\n" for row in [HEADING, *rows]).encode()
