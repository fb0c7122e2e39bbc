"""Each fault of the StatLine stand-in leads to the right rows or to one clear sentence; never to a
silently incomplete table.
"""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.loading.ingest import ingest_source, load_source
from datawerkplaats.loading.result import IngestResult

pytestmark = [pytest.mark.slow, pytest.mark.reference, pytest.mark.busy]
# Every fifth row of the real table, which makes three pages, in the columns that have to be there; the whole table is read in
# test_ingest_reference.
SOURCE_ID, TABLE, EACH, ROWS, PAGES = "rivm_health_50090ned", "50090NED", 5, 27_746, 3
SOURCE = load_source(PROJECT_ROOT / "catalogue", SOURCE_ID)


@pytest.fixture(scope="module")
def part_of_table(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """A part of the delivered file."""
    columns = ["ID", *dict.fromkeys([*SOURCE.dimension_columns, *SOURCE.required_columns])]
    whole = pq.read_table(reference_data / "statline" / TABLE / "UntypedDataSet.parquet", columns=columns)
    part = whole.take(list(range(0, whole.num_rows, EACH)))
    place = part.column_names.index("ID")
    return part.set_column(place, "ID", pa.array([str(number) for number in range(part.num_rows)]))


@pytest.fixture(scope="module")
def right(part_of_table: pa.Table) -> list[str]:
    """A column of it, in its order."""
    column: list[str] = part_of_table["Eenzaam_28"].to_pylist()
    return column


@pytest.fixture
def serve(
    part_of_table: pa.Table, tmp_path_factory: pytest.TempPathFactory, statline_server: Callable[..., str]
) -> Callable[..., str]:
    """Starts the stand-in with that part of the table alone and the faults that are asked for."""
    folder = tmp_path_factory.mktemp("statline")
    (folder / TABLE).mkdir()
    pq.write_table(part_of_table, folder / TABLE / "UntypedDataSet.parquet")
    return functools.partial(statline_server, data=folder)


@pytest.fixture
def serve_gemeenten(
    part_of_table: pa.Table, tmp_path_factory: pytest.TempPathFactory, statline_server: Callable[..., str]
) -> Callable[..., str]:
    """The same with its gemeenten alone, for what shows before a row is read."""
    codes = part_of_table["WijkenEnBuurten"]
    kept = part_of_table.filter(pc.starts_with(codes, "GM"))
    numbers = pa.array([str(number) for number in range(kept.num_rows)])
    folder = tmp_path_factory.mktemp("statline")
    (folder / TABLE).mkdir()
    pq.write_table(
        kept.set_column(kept.column_names.index("ID"), "ID", numbers),
        folder / TABLE / "UntypedDataSet.parquet",
    )
    return functools.partial(statline_server, data=folder)


def load(settings: Settings, address: str) -> tuple[IngestResult, Settings]:
    live = settings.model_copy(update={"source": "live", "statline_url": address})
    return ingest_source(SOURCE, live), live


def stored(live: Settings, column: str = "Eenzaam_28") -> list[str]:
    values: list[str] = pq.read_table(live.inputs_dir / SOURCE_ID / "data.parquet", columns=[column])[
        column
    ].to_pylist()
    return values


@pytest.mark.parametrize(
    "fault",
    [
        ("--fail-rate", "0.3"),
        ("--cut-page", "2"),
        ("--lose-page", "2"),
        ("--repeat-page", "2"),
        ("--cut-page", "1"),
        ("--lose-page", str(PAGES)),
    ],
    ids=" ".join,
)
def test_fault__leads_to_the_right_rows(
    fault: tuple[str, str], settings: Settings, serve: Callable[..., str], right: list[str]
) -> None:
    result, live = load(settings, serve(*fault))
    assert result.problem is None and result.provenance and result.provenance.rows == ROWS
    assert stored(live) == right
    assert [part.name for part in result.provenance.parts] == [
        f"page_{n:05d}.json.gz" for n in range(1, PAGES + 1)
    ]


def test_rename__a_measure_with_another_number_loads_with_a_note(
    settings: Settings, serve: Callable[..., str], right: list[str]
) -> None:
    result, live = load(settings, serve("--rename", "Eenzaam_28=Eenzaam_99"))
    assert result.provenance and result.provenance.notes == ("Eenzaam_28 is delivered as Eenzaam_99",)
    assert stored(live, "Eenzaam_99") == right


@pytest.mark.parametrize(
    ("old", "new"), [("Perioden", "Jaren"), ("WijkenEnBuurten", "Gebied"), ("Eenzaam_28", "Alleen_28")]
)
def test_rename__a_required_column_is_one_sentence_and_nothing_loaded_is_touched(
    old: str, new: str, settings: Settings, serve_gemeenten: Callable[..., str]
) -> None:
    _, live = load(settings, serve_gemeenten())
    loaded, before = stored(live), (live.inputs_dir / SOURCE_ID).resolve()
    # An unchanged date would spare the reading, so the declared reader differs a little.
    changed = SOURCE.model_copy(update={"dimension_columns": [*SOURCE.dimension_columns, "Extra"]})
    renamed = live.model_copy(update={"statline_url": serve_gemeenten("--rename", f"{old}={new}")})
    result = ingest_source(changed, renamed)
    assert result.status == "rejected" and result.problem
    assert result.problem.sentence().startswith(f"50090NED, column {old}: a column is missing")
    assert (live.inputs_dir / SOURCE_ID).resolve() == before
    assert stored(live) == loaded


def test_kill__a_run_that_is_killed_half_way_goes_on_where_it_was(
    settings: Settings, serve: Callable[..., str], right: list[str]
) -> None:
    address = serve("--delay", "1")
    live = settings.model_copy(update={"source": "live", "statline_url": address, "http_parallel": 2})
    environment = {**os.environ, "DWP_SOURCE": "live", "DWP_STATLINE_URL": address, "DWP_HTTP_PARALLEL": "2"}
    command = [sys.executable, "-m", "datawerkplaats.loading.ingest", SOURCE_ID]
    process = subprocess.Popen(command, env=environment, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL)
    wait_for(lambda: 1 <= len(pages(live)) < PAGES, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in pages(live)}
    assert not (live.inputs_dir / SOURCE_ID).exists()

    result, live = load(settings, address)
    assert result.status == "new" and stored(live) == right
    raw = live.inputs_dir / SOURCE_ID / "raw"
    unchanged = [
        name
        for name, when in kept.items()
        if (raw / name.replace(".note.json", ".json.gz")).stat().st_mtime_ns <= when
    ]
    assert len(unchanged) >= 1, "pages of the killed run are used again"
    assert not [path for path in live.snapshots_dir.rglob("*") if path.name.startswith(".")]


def pages(live: Settings) -> list[Path]:
    return list((live.snapshots_dir / SOURCE_ID).glob(".partial-*/page_*.note.json"))


def wait_for(condition: Callable[[], Any], process: subprocess.Popen[bytes]) -> None:
    while not condition():  # a run that hangs is ended by pytest's own timeout
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.02)


def test_part_of_a_table__is_all_that_comes_in(
    settings: Settings, statline_server: Callable[..., str], reference_data: Path
) -> None:
    wanted = {"Perioden": ["2020JJ00", "2016JJ00"], "Leeftijd": ["80200"]}
    part = SOURCE.model_copy(update={"reader": SOURCE.reader.model_copy(update={"only": wanted})})
    live = settings.model_copy(
        update={"source": "live", "statline_url": statline_server("--fail-rate", "0.2", only=TABLE)}
    )
    result = ingest_source(part, live)
    path = reference_data / "statline" / TABLE / "UntypedDataSet.parquet"
    rows = pq.read_table(path, columns=["Eenzaam_28", "Perioden", "Leeftijd"]).to_pylist()
    right = [
        row["Eenzaam_28"] for row in rows if all(row[name].strip() in keys for name, keys in wanted.items())
    ]
    assert result.problem is None and stored(live) == right and 0 < len(right) < len(rows)
    # Nothing changed at the service, so nothing is fetched again; another choice is another delivery.
    assert ingest_source(part, live).status == "unchanged"
    less = part.reader.model_copy(update={"only": {**wanted, "Perioden": ["2020JJ00"]}})
    again = ingest_source(part.model_copy(update={"reader": less}), live)
    assert again.status == "new" and again.provenance and 0 < again.provenance.rows < len(right)
