"""Changes release after release in every way of `tamperings`, and asks each reader.

The readers: the dashboard, the SQL box in it and `dwp`. Each has read the release before it was changed, since that is when
something that is remembered could be believed too long.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from typer.testing import CliRunner

from apps.dashboard.data import release as dashboard
from apps.dashboard.serving import releases
from datawerkplaats import publication, sandbox
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.cli.main import app
from datawerkplaats.publication import verify
from tests.kept_builds import HOME
from tests.lasting_keys import sign_with_lasting_keys
from tests.proofs.registry import Measured, Room
from tests.publication_example import CHECKS, PUBLIC, release, warehouse
from tests.security.tamper_closed import closed_figures
from tests.security.tamperings import TAMPERINGS, Tampering

QUERY = "select count(*), max(value) from indicator.fct_indicator"


def build(folder: Path) -> Path:
    """A data folder with three releases, every pointer there was, and a private warehouse beside them."""
    publish_dir = folder / "publish"
    (folder / "pointers").mkdir(parents=True)
    for number in range(3):
        made = warehouse(folder / "private.duckdb", f"s{number}", shift=float(number))
        publication.publish(publish_dir, made, PUBLIC, release(f"s{number}"), CHECKS)
        if number < 2:
            shutil.copyfile(publish_dir / "current.json", folder / "pointers" / f"{number}.json")
    return folder


def _by_dashboard() -> None:
    shown = releases.shown()
    dashboard.query(shown.identity, QUERY)


def _by_sql_box() -> None:
    shown = releases.shown()
    dashboard.confirm(shown.identity)
    sandbox.run_query(shown.path, QUERY)


def _by_dwp() -> None:
    outcome = CliRunner().invoke(app, ["sql", QUERY])
    if outcome.exit_code == 15:
        raise DataProblem("publication_damaged", subject="dwp", found=outcome.stderr)
    assert outcome.exit_code == 0, outcome.output


READERS: dict[str, Callable[[], None]] = {"dashboard": _by_dashboard, "sql_box": _by_sql_box, "dwp": _by_dwp}
_REFUSALS = {"publication_damaged", "publication_forged", "publication_replayed"}


def refusals(template: Path, folder: Path, tampering: Tampering) -> dict[str, bool]:
    """Which readers refused a copy of the template after a change, each having read it before that.

    Raises:
        DataProblem: If a reader refuses what nobody changed.
    """
    shutil.copytree(template, folder)
    os.environ["DWP_DATA_DIR"] = str(folder)
    get_settings.cache_clear()
    try:
        for ask in READERS.values():
            ask()
        tampering.change(folder / "publish", random.Random(f"{tampering.kind}{tampering.seed}"))
        return {name: _is_refused(ask) for name, ask in READERS.items()}
    finally:
        del os.environ["DWP_DATA_DIR"]
        get_settings.cache_clear()
        shutil.rmtree(folder, ignore_errors=True)


def _is_refused(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except DataProblem as problem:
        return problem.code in _REFUSALS
    return False


def figures(room: Room) -> Iterator[Measured]:
    """Yields how many changes each reader refused, and what looking costs when a release is opened."""
    with _keys_in(room.work / "keys"):
        yield from refusal_figures(room)
        yield from closed_figures(room)
    yield from opening_figures(get_settings().publish_dir)


@contextmanager
def _keys_in(folder: Path) -> Iterator[None]:
    """Sign with a key that is made for it: the one of this installation sees no made-up release."""
    before = os.environ.get("DWP_KEYS_DIR")
    os.environ["DWP_KEYS_DIR"] = str(folder)
    get_settings.cache_clear()
    try:
        yield
    finally:
        os.environ.pop("DWP_KEYS_DIR")
        os.environ.update({"DWP_KEYS_DIR": before} if before else {})
        get_settings.cache_clear()


def refusal_figures(room: Room) -> Iterator[Measured]:
    """Yields how many of the changes each reader refused; what got through is named on standard error."""
    template = build(room.work / "tamper")
    found = [
        refusals(template, room.work / f"tampered_{number}", tampering)
        for number, tampering in enumerate(TAMPERINGS)
    ]
    for tampering, outcome in zip(TAMPERINGS, found, strict=True):
        for name in (name for name, refused in outcome.items() if not refused):
            print(f"GOT THROUGH: {tampering.kind} {tampering.seed} by {name}", file=sys.stderr)
    yield "changes", len(TAMPERINGS), None
    for name in READERS:
        yield f"refused_by_{name}", sum(outcome[name] for outcome in found), len(TAMPERINGS)


def opening_figures(publish_dir: Path) -> Iterator[Measured]:
    """What verifying adds to opening the release that is served here, else a kept build's, the first time and after that."""
    if not (publish_dir / "current.json").exists():
        kept = [folder / "data" / "publish" for folder in HOME.glob("*_*")]
        kept = [folder for folder in kept if (folder / "current.json").exists()]
        if not kept:
            return
        publish_dir = max(kept, key=lambda folder: (folder / "current.json").stat().st_mtime)
        sign_with_lasting_keys()
    try:
        served = publication.current(publish_dir)
    except DataProblem:
        return
    verify._verified.clear()
    started = time.perf_counter()
    verify.verify_bytes(served)
    yield "opening_first_s", time.perf_counter() - started, None
    started = time.perf_counter()
    publication.current(publish_dir)
    verify.verify_bytes(served)
    yield "opening_again_s", time.perf_counter() - started, None
    parquet = sum(table["parquet"]["bytes"] for table in served.manifest["tables"])
    yield "opened_mb", (served.path.stat().st_size + parquet) / 1e6, None
