"""Sixty canaries in every source, and all real and demo files without any: what comes of it."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import orjson

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.sources import Reader, Source
from datawerkplaats.loading import door
from datawerkplaats.loading.content.watch import Watch, named
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.readers import FORMS, read_delivery
from datawerkplaats.partners.loading import load_partner
from tests.proofs.registry import Measured, Room
from tests.province import deliveries
from tests.security.byte_scan import hits
from tests.security.canaries import (
    SERVICE,
    deliveries_of,
    reads_alone,
    small_deliveries,
)
from tests.statline_example import source_of

PANEL = "ml_panel_waves"


@lru_cache(1)
def all_sources() -> dict[str, Source]:
    """Every source of the catalogue, as if somebody had seen it as it really is: live, the others are refused before the door."""
    sources = load_catalogue(PROJECT_ROOT / "catalogue").sources
    return {name: one.model_copy(update={"unverified": None}) for name, one in sources.items()}


def trial(
    source: Source, small: Path, panel: Path, work: Path, most: int | None = None
) -> tuple[int, int, int, list[str]]:
    """Plants the canaries in one source: how many, how many were refused as such, loads without any, and what was found.

    Args:
        source: The source.
        small: The deliveries of the fictional province, cut short.
        panel: Its panel.
        work: A folder of its own.
        most: Plant only the first so many of each place.
    """
    planted, told, clean, found = 0, 0, 0, []
    texts: list[str] = []
    # By http: nothing is sent, and no certificates have to be read sixty times.
    settings = Settings(
        _env_file=None,
        source="live",
        statline_url="http://statline.example",
        pdok_url="http://pdok.example",
        data_dir=work / "data",
    )
    per_place: dict[str, int] = {}
    for canary, folder, transport in deliveries_of(source, small, panel, work / "delivery"):
        if canary and most is not None:
            per_place[canary.place] = per_place.get(canary.place, 0) + 1
            if per_place[canary.place] > most:
                continue
        here = settings.model_copy(update={"source": "files", "files": folder} if folder else {})
        result = (
            door.load(load_partner, source, here)
            if source.micro
            else door.load(ingest_source, source, here, transport)
        )
        if canary is None:
            is_loaded = result.status in ("new", "unchanged")
            clean += is_loaded
            if not is_loaded:
                found.append(f"{source.source_id}: without a canary {result.problem}")
            continue
        planted += 1
        texts += canary.spellings
        problem = result.problem
        told += bool(problem and problem.code == "direct_identifier")
        said = problem.sentence("en") + problem.sentence("nl") if problem else ""
        found += [f"{source.source_id}: {canary} in a sentence" for one in canary.spellings if one in said]
        if result.status != "rejected":
            found.append(f"{source.source_id}: {canary} was {result.status}")
    private = [settings.private_dir, settings.data_dir / "private"]
    found += [
        f"{source.source_id}: {text} in {place}" for text, place in hits(settings.data_dir, texts, private)
    ]
    return planted, told, clean, found


def figures(room: Room) -> Iterator[Measured]:
    """Canaries in every source through the loading step."""
    work = Path(tempfile.mkdtemp(dir=room.work))
    small = small_deliveries(deliveries(), work / "small")
    planted = told = clean = sources = 0
    found: list[str] = []
    forms = 0
    panel = _little_panel(work)

    def tried(source: Source) -> tuple[Source, tuple[int, int, int, list[str]]]:
        made = trial(source, small, panel, work / source.source_id)
        print(source.source_id, *made[:3], *made[3][:5], sep=" · ", file=sys.stderr, flush=True)
        return source, made

    # Side by side: a reading waits for the disk as long as it computes.
    with ThreadPoolExecutor(5) as pool:
        outcomes = list(pool.map(tried, all_sources().values()))
    for source, made in outcomes:
        sources += 1
        forms += 2 if source.reader.kind in SERVICE and reads_alone(source) else 1
        planted, told, clean, found = planted + made[0], told + made[1], clean + made[2], found + made[3]
        shutil.rmtree(work / source.source_id)
    yield "canary_sources", sources, None
    yield "canaries_planted", planted, 60 * sources
    yield "canary_hits", len(found), None
    yield "canaries_called_so", told, planted
    yield "canary_deliveries_without_one_load", clean, forms
    yield from _false_alarms(room)
    door.close()


def _little_panel(work: Path) -> Path:
    """The heading and the first persons of the panel, as the generator writes them."""
    folder = work / "panel_small"
    if not folder.exists():
        path = folder / "panel" / "global_summary.csv"
        path.parent.mkdir(parents=True)
        source = all_sources()[PANEL]
        names = list(dict.fromkeys([*source.dimension_columns, *source.required_columns]))
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow([*names, "waves"])
            for n in range(40):
                codes = {"gemeente_code": "GM1000", "wijk_code": "WK100000", "province_code": "PV22"}
                lines.writerow([codes.get(name, f"SYN{n:04d}{name[:2].upper()}") for name in names] + [n % 4])
    return folder


def _false_alarms(room: Room) -> Iterator[Measured]:
    """Every real and every demo file that can be read, without a canary."""
    reference, looked, alarms = room.reference_data, 0, []
    for folder in (reference, deliveries()):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            alarm = look_at(path, folder)
            if alarm is None:
                continue
            looked += 1
            if alarm:
                alarms.append(alarm)
                print("false alarm:", alarm, file=sys.stderr)
    yield "files_without_canary", looked, None
    yield "canary_false_alarms", len(alarms), None


def look_at(path: Path, folder: Path) -> str | None:
    """What the watch says of a file: nothing, a false alarm, or None if it is of no form that is read."""
    try:
        for part in path.relative_to(folder).parts:
            if named(part)[1]:
                return f"name of {part}"
        watch, name = Watch(path.name, _passed_over(path)), path.name.lower()
        if name.endswith(".json"):
            body = orjson.loads(path.read_bytes())
            rows = body.get("value") if isinstance(body, dict) else body
            if isinstance(body, dict) and "features" in body:
                return _look_at_table(path, ".geojson", watch)
            if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
                names = list(dict.fromkeys(key for row in rows for key in row))
                cells = {key: [row.get(key) for row in rows] for key in names}
                watch.rows(
                    {k: [str(v) if isinstance(v, dict | list) else v for v in c] for k, c in cells.items()}
                )
                watch.finish()
                return ""
            return None
        if name.endswith(".csv.gz"):
            return _look_at_text(gzip.decompress(path.read_bytes()).decode("utf-8", "replace"), watch)
        suffix = path.suffix.lower()
        return _look_at_table(path, suffix, watch) if suffix in FORMS else None
    except DataProblem as problem:
        return problem.sentence("en") if problem.code == "direct_identifier" else None


def _look_at_text(text: str, watch: Watch) -> str:
    header, *lines = csv.reader(io.StringIO(text))
    watch.rows(dict(zip(header, map(list, zip(*lines, strict=True)), strict=True)))
    watch.finish()
    return ""


def _look_at_table(path: Path, suffix: str, watch: Watch) -> str:
    kind = {".geojson": "geojson", ".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}[suffix]
    if kind == "geojson":
        from datawerkplaats.loading.readers.geojson import features_of

        features_of(path.read_bytes(), path.name)
        return ""
    first = path.open("rb").readline().decode("utf-8", "replace") if kind == "csv" else ";"
    delimiter = max(";,\t|", key=first.count)
    reader = Reader(kind=kind, delimiter=delimiter, passed_over=_passed_over(path))
    plain = source_of().model_copy(update={"reader": reader})
    for columns in read_delivery(path, plain):
        watch.rows(columns)
    watch.finish()
    return ""


def _passed_over(path: Path) -> list[str]:
    """Headings that the catalogue says are about no person in a file of this name; what stands below them is looked at."""
    return [
        heading
        for source in all_sources().values()
        if any(path.match(pattern) for pattern in source.reader.files)
        for heading in source.reader.passed_over
    ]
