"""One whole build per kind of source, on top of a finished one, with names and numbers like those of persons in that source."""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats import publication
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.notices import read_notices
from demo.transport import demo_files
from demo.wire import FILES
from tests.kept_builds import (
    PARSED,
    build_key,
    copy_of,
    emptied,
    kept_build,
    own_place,
)
from tests.lasting_keys import sign_with_lasting_keys
from tests.proofs.registry import Measured, Room
from tests.security.byte_scan import hits
from tests.security.canaries import (
    Canary,
    as_rows,
    as_table,
    canaries,
    places_of,
    plant_in_map,
    plant_in_rows,
    table_of,
    write_table,
)
from tests.security.planted import all_sources
from tests.small_region import materialise

_PERSON = "direct_identifier"
# Per kind a source of the fictional province that is delivered so, the place of its canaries there, and what they are refused for:
# a column that was not agreed on with a partner is not read at all.
BUILDS = {
    "statline_v3": ("cbs_wmo_85994ned", "a cell of words", _PERSON),
    "csv": ("leefbaarometer_scores", "a cell of words", _PERSON),
    "csv by its name": ("vektis_care_costs_gemeente", "the file's name", _PERSON),
    "geojson": ("pdok_wijk_2024", "another property", _PERSON),
    "parquet": ("joint_youth_care", "a cell of words", _PERSON),
    "micro": ("partner_youth_care", "another column", "column_not_agreed"),
}
# Rows between one canary and the next: `plant_in_rows` takes the sixth of those it is given.
_APART = 6


def plant_in_demo(source: Source, place: str, folder: Path, joint: Path) -> list[Canary]:
    """Puts the canaries of one place in the deliveries of the fictional province, or in the folder of joint tables; gives them."""
    planted = [one for one in canaries(places_of(source)) if one.place == place]
    if source.reader.kind == "geojson":
        _in_a_map(planted, folder / "wfs" / "2024" / "wijken.json")
    elif source.reader.kind == "statline_v3":
        _in_a_table(planted, source, folder)
    elif source.reader.kind == "parquet":
        rows = as_rows(table_of(source, folder, folder)) * 2
        for number, canary in enumerate(planted):
            plant_in_rows(rows[number * _APART :], canary, source)
        to = joint if source.computed_jointly else folder / FILES
        to.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows), to / source.reader.files[0])
    else:
        (file,) = [
            path
            for path in (folder / FILES).glob("*.csv")
            if any(path.match(Path(pattern).name) for pattern in source.reader.files)
        ]
        if place == "the file's name":
            file.rename(file.with_stem(f"{file.stem}_{planted[0].text}"))
            return planted[:1]
        with file.open(encoding="utf-8-sig", newline="") as text:
            header, *lines = csv.reader(text, delimiter=source.reader.delimiter)
        rows = as_rows((header, lines))
        for number, canary in enumerate(planted):
            plant_in_rows(rows[number * _APART :], canary, source)
        write_table(file, as_table(rows), source)
    return planted


def _in_a_map(planted: list[Canary], layer: Path) -> None:
    body = orjson.loads(layer.read_bytes())
    for number, canary in enumerate(planted):
        body["features"][number]["properties"][f"opmerking_{number}"] = canary.text
        plant_in_map(body, canary)
    layer.write_bytes(orjson.dumps(body))


def _in_a_table(planted: list[Canary], source: Source, folder: Path) -> None:
    page = folder / "ODataFeed" / str(source.reader.table) / f"{source.reader.entity}_0.json"
    body = orjson.loads(page.read_bytes())
    for number, canary in enumerate(planted):
        # a slice holds the rows themselves
        plant_in_rows(body["value"][number * _APART :], canary, source)
    page.write_bytes(orjson.dumps(body))
    tables = folder / "ODataCatalog" / "Tables.json"
    listed = orjson.loads(tables.read_bytes())
    for row in listed["value"]:
        if row["Identifier"].lower() == str(source.reader.table).lower():
            row["Modified"] = "2031-01-01T00:00:00"  # otherwise nobody would ask for the rows
    tables.write_bytes(orjson.dumps(listed))


def figures(room: Room, *kinds: str) -> Iterator[Measured]:
    """Per kind of source (all, or those named) one whole build where its canaries were delivered after a good delivery."""
    chosen = {kind: BUILDS[kind] for kind in kinds or BUILDS}
    sign_with_lasting_keys()
    place = own_place()
    base = kept_build("canaries", build_key(Settings(_env_file=None)), lambda folder: _fill(folder, place))
    found: list[str] = []
    whole = 0
    sources = all_sources()
    for kind, (source_id, where, reason) in chosen.items():
        data = emptied(place, PARSED, filled_from=base / "data")
        settings = Settings(_env_file=None, data_dir=data)
        demo = demo_files(settings).parent
        planted = plant_in_demo(sources[source_id], where, demo, settings.joint_dir)
        before = publication.current(data / "publish")
        made = materialise(data)
        texts = [text for canary in planted for text in canary.spellings]
        log = made.stdout + made.stderr
        # What was delivered, and the vault, may hold it.
        delivered = [data / "private", data / "demo", settings.joint_dir]
        these = [
            *hits(data, texts, delivered, base / "data"),
            *((t, "the log") for t in texts if t in log),
        ]
        told = {one["source_id"]: one["code"] for one in read_notices(data / "publish")}
        if told.get(source_id) != reason:
            these.append((source_id, f"was not refused for it: {told.get(source_id)}"))
        found += [f"{kind}: {text} in {place_}" for text, place_ in these]
        served = publication.current(data / "publish")
        whole += publication.is_intact(served) and publication.is_intact(before)
        print(
            kind,
            source_id,
            len(planted),
            made.returncode,
            served.id == before.id,
            *these[:8],
            sep=" · ",
            file=sys.stderr,
        )
        if these:
            (room.work / f"{kind}.txt").write_text(log, encoding="utf-8")
    yield "canary_builds", len(chosen), None
    yield "canary_build_hits", len(found), None
    yield "canary_builds_served_release_whole", whole, len(chosen)


def _fill(folder: Path, place: Path) -> None:
    """A build of the whole province at the place where those with canaries come: elsewhere dbt would begin anew."""
    made = materialise(emptied(place, PARSED))
    assert made.returncode == 0, made.stdout + made.stderr
    (folder / "data").mkdir()
    copy_of(place, folder / "data")
    shutil.rmtree(place)


if __name__ == "__main__":  # a piece of it
    for figure in figures(Room(Path(tempfile.mkdtemp())), *sys.argv[1:]):
        print(figure)
