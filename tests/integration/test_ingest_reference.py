"""The real tables, live and from files: every row as the public client reads it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.loading.ingest import ingest_source, load_source
from tests.present import present

pytestmark = pytest.mark.busy

CATALOGUE = PROJECT_ROOT / "catalogue"
TABLES = {
    "rivm_health_50090ned": 138_728,
    "cbs_key_figures_84799ned": 17_341,
    "ggd_young_adults_50140ned": 365,
}
# Of the largest table the peer, which is slow, reads every fifth row; `make prove ONLY=bench.load` has both read the whole.
EACH = {"rivm_health_50090ned": 5}


def snapshot(settings: Settings, source_id: str) -> Any:
    return pq.read_table(settings.inputs_dir / source_id / "data.parquet")


def peer_rows(address: str, table: str, typed: bool) -> list[dict[str, Any]]:
    """The rows as `cbsodata` gives them; it puts titles for codes, and the stand-in's titles are the
    codes without padding.
    """
    import cbsodata

    cbsodata.options.use_https = False
    rows: list[dict[str, Any]] = cbsodata.get_data(
        table, typed=typed, catalog_url=address.removeprefix("http://")
    )
    return rows


def part_of(table: Path, each: int, folder: Path) -> Path:
    """A folder for the stand-in with every nth row of one table, numbered anew, and all that is told about it."""
    part = folder / "statline" / table.name
    shutil.copytree(table, part, ignore=shutil.ignore_patterns("*DataSet*"))
    for path in table.glob("*DataSet*"):
        whole = pq.read_table(path)
        some = whole.take(list(range(0, whole.num_rows, each)))
        numbers = pa.array([str(number) for number in range(some.num_rows)]).cast(
            whole.schema.field("ID").type
        )
        pq.write_table(some.set_column(some.column_names.index("ID"), "ID", numbers), part / path.name)
    return part.parent


@pytest.mark.slow
@pytest.mark.reference
@pytest.mark.parametrize("source_id", TABLES)
def test_live__every_row_equals_what_cbsodata_reads(
    source_id: str,
    settings: Settings,
    statline_server: Callable[..., str],
    reference_data: Path,
    tmp_path: Path,
) -> None:
    source = load_source(CATALOGUE, source_id)
    each = EACH.get(source_id, 1)
    if each == 1:
        address = statline_server(only=source.reader.table)
    else:
        address = statline_server(
            data=part_of(reference_data / "statline" / str(source.reader.table), each, tmp_path)
        )
    live = settings.model_copy(update={"source": "live", "statline_url": address})
    result = ingest_source(source, live)
    assert (
        result.problem is None
        and result.provenance
        and result.provenance.rows == -(-TABLES[source_id] // each)
    )
    ours = snapshot(live, source_id)
    labelled = {"Leeftijd", "Marges", "WijkenEnBuurten", "Perioden", "RegioS", "Persoonskenmerken"}
    # cbsodata takes away the set that `typed` names and gives the other one.
    theirs = peer_rows(address, str(source.reader.table), typed=source.reader.entity == "UntypedDataSet")
    assert ours.num_rows == len(theirs)
    regions = names_of(live, source_id)
    for name in ours.column_names:
        mine, other = ours.column(name).to_pylist(), [row[name] for row in theirs]
        if name in labelled:
            mine = [
                regions.get(str(v).strip(), str(v).strip())
                if name in {"WijkenEnBuurten", "RegioS"}
                else str(v).strip()
                for v in mine
            ]
            other = [str(v).strip() for v in other]
        assert mine == other, name


def names_of(settings: Settings, source_id: str) -> dict[str, str]:
    return {
        row["Key"]: row["Title"]
        for row in pq.read_table(settings.inputs_dir / source_id / "regions.parquet").to_pylist()
    }


@pytest.mark.reference
@pytest.mark.parametrize("source_id", TABLES)
def test_files__all_rows_of_the_reference_folder(
    source_id: str, settings: Settings, reference_data: Path
) -> None:
    files = settings.model_copy(update={"source": "files", "files": reference_data})
    source = load_source(CATALOGUE, source_id)
    assert ingest_source(source, files).status == "new"
    assert snapshot(files, source_id).num_rows == TABLES[source_id]
    assert ingest_source(source, files).status == "unchanged"
    assert len(list((files.snapshots_dir / source_id).iterdir())) == 1


@pytest.mark.reference
def test_files__spot_values_are_as_in_the_file(settings: Settings, reference_data: Path) -> None:
    files = settings.model_copy(update={"source": "files", "files": reference_data})
    ingest_source(load_source(CATALOGUE, "rivm_health_50090ned"), files)
    columns = ["Leeftijd", "Perioden", "WijkenEnBuurten", "HoogRisicoOpAngstOfDepressie_25", "Eenzaam_28"]

    def assen(table: Any) -> list[dict[str, Any]]:
        rows = table.select(columns).to_pylist()
        wanted = ("GM0106", "2020JJ00", "20300")
        return [r for r in rows if (r["WijkenEnBuurten"].strip(), r["Perioden"], r["Leeftijd"]) == wanted]

    delivered = pq.read_table(
        reference_data / "statline" / "50090NED" / "UntypedDataSet.parquet", columns=columns
    )
    (ours,), (theirs,) = assen(snapshot(files, "rivm_health_50090ned")), assen(delivered)
    assert ours == theirs
    assert float(ours["Eenzaam_28"]) > 0


@pytest.mark.reference
def test_live_and_files__give_the_same_values(
    settings: Settings, reference_data: Path, statline_server: Callable[..., str]
) -> None:
    address = statline_server(only="84799NED")
    live = settings.model_copy(update={"source": "live", "statline_url": address})
    files = settings.model_copy(update={"source": "files", "files": reference_data})
    source = load_source(CATALOGUE, "cbs_key_figures_84799ned")
    one, other = (present(ingest_source(source, where).provenance) for where in (live, files))
    assert one.snapshot_id == other.snapshot_id
