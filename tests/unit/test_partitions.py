"""Editions as partitions in Dagster: loading a source tells which there are, and a backfill of one reads the source again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from datawerkplaats.base.settings import get_settings
from orchestration import plan
from orchestration.defs import partitions
from orchestration.defs.resources import loader
from orchestration.defs.snapshots import source_assets, source_key

SOURCE = "vektis_care_costs_gemeente"
HEADING = "year,gemeentecode,zk_aantal_verzekerden,zk_kosten_totaal,zk_kosten_ggz,zk_kosten_huisarts,zk_jaar"
EDITIONS = {year: f"gemeente_{year}_kwb_vektis_politie" for year in (2022, 2023, 2024)}


@pytest.fixture
def delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "delivered"
    folder.mkdir()
    for name, value in {"SOURCE": "files", "FILES": folder, "DATA_DIR": tmp_path / "data"}.items():
        monkeypatch.setenv(f"DWP_{name}", str(value))
    get_settings.cache_clear()
    # Only this source is delivered here.
    monkeypatch.setattr(plan, "missing", lambda *_: [])
    yield folder
    get_settings.cache_clear()


def put(folder: Path, year: int) -> None:
    row = f"{year},GM0106,68000,2500,300,200,{year}.0"
    (folder / f"{EDITIONS[year]}.csv").write_text(f"{HEADING}\n{row}\n", encoding="utf-8")


def run(key: dg.AssetKey, instance: dg.DagsterInstance, **how: Any) -> dg.ExecuteInProcessResult:
    (asset,) = (one for one in (*source_assets, *partitions.edition_assets) if one.key == key)
    return dg.materialize(
        [asset], instance=instance, resources={"loader": loader}, raise_on_error=False, **how
    )


def test_editions__are_told_where_a_source_is_loaded_and_can_be_read_again(delivered: Path) -> None:
    edition, name = partitions.edition_key(SOURCE), f"editions_{SOURCE}"
    with dg.instance_for_test() as instance:
        put(delivered, 2022)
        put(delivered, 2023)
        assert run(source_key(SOURCE), instance).success
        both = {EDITIONS[2022], EDITIONS[2023]}
        assert set(instance.get_dynamic_partitions(name)) == both
        assert instance.get_materialized_partitions(edition) == both

        put(delivered, 2024)  # a backfill of one edition finds the other that came
        assert run(edition, instance, partition_key=EDITIONS[2022]).success
        assert set(instance.get_dynamic_partitions(name)) == {*both, EDITIONS[2024]}
        assert instance.get_materialized_partitions(edition) == {*both, EDITIONS[2024]}
        told = instance.get_latest_materialization_event(edition)
        assert told is not None and told.asset_materialization is not None
        assert told.asset_materialization.metadata["dagster/row_count"].value == 1

        (delivered / f"{EDITIONS[2023]}.csv").unlink()
        assert run(source_key(SOURCE), instance).success
        assert EDITIONS[2023] not in instance.get_dynamic_partitions(name)


def test_edition__that_is_not_delivered_is_a_sentence(delivered: Path) -> None:
    with dg.instance_for_test() as instance:
        put(delivered, 2022)
        assert run(source_key(SOURCE), instance).success
        instance.add_dynamic_partitions(f"editions_{SOURCE}", ["gone"])
        failed = run(partitions.edition_key(SOURCE), instance, partition_key="gone")
        (event,) = failed.get_step_failure_events()
        told = event.step_failure_data.error
        assert not failed.success and told is not None
        assert f"{SOURCE}: the delivery is missing" in str(told)
        assert "files called gone" in str(told) and EDITIONS[2022] in str(told)
        assert set(instance.get_dynamic_partitions(f"editions_{SOURCE}")) == {EDITIONS[2022]}


def test_editions__are_no_part_of_a_build() -> None:
    from orchestration.definitions import defs

    job = defs.resolve_job_def("materialise")
    selected = job.asset_layer.selected_asset_keys
    assert source_key(SOURCE) in selected
    assert not any(key.path[0] == partitions.GROUP for key in selected)
    assert {one.key.path[-1] for one in partitions.edition_assets} >= {
        SOURCE, "cbs_key_figures_gemeente_2022", "police_crimes_gemeente",
    }  # fmt: skip
