"""Faults of the machine while people write, and while copies of the installation are made."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.workplace import questions
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.store import Store, open_store
from tests.browser import until
from tests.proofs.chaos.examiner import LOST, OUTCOMES, RIGHT, SILENT, TOLD, TRACE
from tests.proofs.chaos.machine import Clock, Trial, changed, full, written_at
from tests.proofs.chaos.place import Place
from tests.warm_builds import clean_environment

WRITES, PAGES = 60, 8
# Who writes in a process of its own, as a page does: after every one that was acknowledged, its id.
WRITER = """
import sys
from pathlib import Path
from datawerkplaats.base.settings import Settings
from datawerkplaats.workplace import questions
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.store import open_store
store = open_store(Settings(_env_file=None, data_dir=Path(sys.argv[1])))
for number in range(int(sys.argv[2])):
    print(questions.ask(store, LOCAL, f"Hoeveel jongeren wachten op hulp, {number}?"), flush=True)
"""


def _kept(store: Store, acknowledged: set[str]) -> bool:
    """Whether everything that was acknowledged is there, and its log is whole."""
    store.verify_log()
    return acknowledged <= {one.id for one in questions.questions(store, LOCAL)}


def _full_while_people_write(place: Place) -> str:
    """The disk of what people write fills up, a page of memory later each time, so that it is not the same file that meets it."""
    return max((_filled(place, 0.5 + page / 256) for page in range(PAGES)), key=OUTCOMES.index)


def _filled(place: Place, megabytes: float) -> str:
    """They are told so, what was acknowledged is kept, and reading goes on."""
    settings = Settings(_env_file=None, data_dir=place.data)
    store, outcome = open_store(settings), SILENT
    acknowledged = {questions.ask(store, LOCAL, "Wat was er eerst?")}
    store.engine.dispose()
    with full(settings.workplace_dir, megabytes):
        store = open_store(settings)
        for number in range(WRITES):
            try:
                acknowledged.add(questions.ask(store, LOCAL, f"Wat past er nog, {number}? " + "x" * 900))
            except DataProblem as problem:
                outcome = TOLD if problem.remedy else SILENT
            except Exception as error:
                place.printed, outcome = repr(error), TRACE
                break
        is_read = acknowledged <= {one.id for one in questions.questions(store, LOCAL)}
        store.engine.dispose()
    store = open_store(settings)
    acknowledged.add(questions.ask(store, LOCAL, "Wat komt er daarna?"))
    is_kept = is_read and _kept(store, acknowledged)
    store.engine.dispose()
    return outcome if is_kept else LOST


def _opened_on_a_full_disk(place: Place) -> str:
    """The store is opened where there is no room: that is said, and it is whole afterwards."""
    settings = Settings(_env_file=None, data_dir=place.data)
    store = open_store(settings)
    acknowledged = {questions.ask(store, LOCAL, "Wat was er eerst?")}
    store.engine.dispose()
    try:
        with full(settings.workplace_dir):
            open_store(settings).engine.dispose()
        outcome = RIGHT
    except DataProblem as problem:
        outcome = TOLD if problem.remedy else SILENT
    except Exception as error:
        place.printed, outcome = repr(error), TRACE
    store = open_store(settings)
    is_kept = _kept(store, acknowledged)
    store.engine.dispose()
    return outcome if is_kept else LOST


def _clock_back_while_people_write(clock: Clock) -> Callable[[Place], str]:
    """The clock goes back a day in the middle: nothing is lost, and the log keeps its order."""

    def carry(place: Place) -> str:
        command = [sys.executable, "-c", WRITER, str(place.data), str(WRITES)]
        with subprocess.Popen(
            command, cwd=PROJECT_ROOT, env={**clean_environment(), **clock.loaded}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            assert process.stdout is not None and process.stderr is not None
            acknowledged = set()
            for line in process.stdout:
                acknowledged.add(line.strip())
                if len(acknowledged) == WRITES // 2:
                    clock.set(-86_400)
            place.printed = process.stderr.read()
        clock.set()
        if process.returncode or len(acknowledged) != WRITES:
            return TRACE
        store = open_store(Settings(_env_file=None, data_dir=place.data))
        with store.reading() as connection:
            at = [row[0] for row in connection.exec_driver_sql("select at from event order by number")]
        is_kept = _kept(store, acknowledged) and at == sorted(at)
        store.engine.dispose()
        return RIGHT if is_kept else LOST

    return carry


def _command_on_a_full_disk(work: Path, command: str, *told: str) -> Callable[[Place], str]:
    """What writes elsewhere finds no room there: a sentence, nothing half made, and what is served is as it was."""

    def carry(place: Place) -> str:
        folder, before = work / f"full_{command}", place.now()
        with full(folder):
            run = subprocess.run(
                [sys.executable, "-m", "datawerkplaats.cli", command, *told, str(folder / "made")],
                cwd=PROJECT_ROOT, env={**clean_environment(), **place.settings, "DWP_DATA_DIR": str(place.data)},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            left = sorted(path.name for path in folder.iterdir() if path.name != ".lock")
        place.printed = f"{run.stdout}{run.stderr}\n{left}"
        if "Traceback (most recent call last)" in run.stderr:
            return TRACE
        if place.now() != before:
            return LOST
        return TOLD if run.returncode and run.stderr.strip().endswith(".") and not left else SILENT

    return carry


def trials(work: Path, clock: Clock) -> Iterator[Trial]:
    """All tries while people write, and while copies are made."""
    yield Trial("clock stepping back", "a day, while people write", _clock_back_while_people_write(clock))
    yield Trial("disk full", "while people write", _full_while_people_write)
    yield Trial("disk full", "where the store is opened", _opened_on_a_full_disk)
    yield Trial("disk full", "of the backup", _command_on_a_full_disk(work, "backup"))
    yield Trial("disk full", "of the site", _command_on_a_full_disk(work, "site", "build", "--out"))
    yield Trial("two runs at once", "a backup while a build runs", _backup_while_a_build_runs)


def _backup_while_a_build_runs(place: Place) -> str:
    """A build holds the data folder: a backup is told so and leaves nothing, or it is whole."""
    environment = {**clean_environment(), **place.settings, "DWP_DATA_DIR": str(place.data)}
    target = place.files.with_name("backup_meanwhile")
    changed(place, "Eenzaam naast een kopie")
    holder = place.data / ".build.json"
    was = written_at(holder)
    with subprocess.Popen(
        [sys.executable, "-m", "orchestration.materialise"], cwd=PROJECT_ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as build:  # fmt: skip
        until(lambda: written_at(holder) != was, "the build never began", seconds=300)
        run = subprocess.run(
            [sys.executable, "-m", "datawerkplaats.cli", "backup", str(target)],
            cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        place.printed = run.stderr + build.communicate()[0]
    if "Traceback (most recent call last)" in place.printed:
        return TRACE
    if build.returncode or place.now().differs(place.sound):
        return LOST
    return TOLD if run.returncode and run.stderr.strip().endswith(".") and not target.exists() else SILENT
