"""Erasing persons from everything that is kept of a source: files written anew without them, then every byte looked at again.

What a release shows are counts that were protected; it holds nobody. Backups are listed and not touched: they go with their age,
and a backup that is put back meets the list of who was erased.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base.build_lock import only_build
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue, Source
from datawerkplaats.catalogue.risk_models import published
from datawerkplaats.partners.leaving import note_erased
from datawerkplaats.partners.rewriting import holds, without
from datawerkplaats.workplace import erasures
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store

# Made again by the next build: a file of these that holds a person is taken away.
_MADE_AGAIN = ("warehouse.duckdb", "models", "dbt", "gx", "dagster")
# Whoever is told to erase somebody shorter than this would find it in half of all words.
_SHORTEST = 6
_LONGEST_LIST = 10_000


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    Args:
        rows: Rows that were left out of delivered files.
        rewritten: Files that were written anew, from the data folder where they lie in it.
        removed: Files and folders that went, and that the next build makes again without the persons.
        left: Files in which a person still stands, to be looked at by hand.
        backups: Folders with backups, which were not touched.
        models: Models that were trained on the source, and so have to be trained again.
        files: How many files were looked at.
        seconds: How long it took.
    """

    rows: int
    rewritten: list[str]
    removed: list[str]
    left: list[str]
    backups: list[str]
    models: list[str]
    files: int
    seconds: float


@needs(Right.ERASE)
def erase(
    store: Store, subject: Subject, /, settings: Settings, catalogue: Catalogue, source: Source, persons: Collection[str]
) -> Erased:  # fmt: skip
    """Erase persons of a source, and write down that it was done, without saying who they were.

    Args:
        store: The store, for the log.
        subject: Who does it.
        settings: Where everything is.
        catalogue: The declarations.
        source: A source with a row per person.
        persons: Their pseudonyms.

    Raises:
        DataProblem: `erasure_refused` if the source holds no persons or a pseudonym is none; `build_failed` while a build runs.
    """
    _check(source, persons)
    started = time.perf_counter()
    with only_build(settings.data_dir):
        # First: were this to end half-way, no build would bring them back.
        note_erased(source, settings, persons)
        places = [settings.data_dir, *([settings.files] if settings.files else [])]
        rows, rewritten, removed, looked = 0, list[str](), list[str](), 0
        for path in _files(places):
            looked += 1
            if not holds(path, persons):
                continue
            gone = _rewritten(path, source, persons)
            if gone:
                rows += gone
                rewritten.append(_name(path, settings))
            elif _is_made_again(path, settings):
                path.unlink()
                removed.append(_name(path, settings))
        removed += [_name(path, settings) for path in _private_rows(source, settings)]
        left = [_name(path, settings) for path in _files(places) if holds(path, persons)]
    done = Erased(
        rows, rewritten, removed, left, _backups(settings), _models(source, catalogue), looked, time.perf_counter() - started
    )  # fmt: skip
    erasures.note(
        store, subject, source.source_id, persons=len(set(persons)), rewritten=len(rewritten), removed=len(removed),
        left=len(left), models=done.models, seconds=round(done.seconds, 1),
    )  # fmt: skip
    return done


def _check(source: Source, persons: Collection[str]) -> None:
    if source.disclosure not in ("person_level", "survey") or source.computed_jointly:
        raise DataProblem(
            "erasure_refused",
            subject=source.source_id,
            expected="a source with a row per person",
            found="a source with figures about areas",
            remedy="name the partner's source; see `dwp status` for what is delivered",
        )
    if not persons or len(persons) > _LONGEST_LIST or any(len(one.strip()) < _SHORTEST for one in persons):
        raise DataProblem(
            "erasure_refused",
            subject=source.source_id,
            expected=f"1 to {_LONGEST_LIST:,} pseudonyms of at least {_SHORTEST} characters",
            remedy="ask the partner for the pseudonym of this person in the delivery, one on a line",
        )


def _rewritten(path: Path, source: Source, persons: Collection[str]) -> int | None:
    """Rows that went; None for a file that rows cannot be taken from."""
    wanted = set(persons)
    try:
        return without(
            path,
            lambda _, row: bool(wanted & {value.strip() for value in row}),
            delimiter=source.reader.delimiter,
            encoding=source.reader.encoding,
        )
    except (OSError, ValueError):
        return None


def _private_rows(source: Source, settings: Settings) -> Iterator[Path]:
    """The rows that counting reads: without pseudonyms, so all of them go and are read again from what was delivered."""
    root = settings.private_dir / source.source_id
    for path in sorted(root.iterdir()) if source.micro and root.exists() else ():
        if path.is_symlink():
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)
            yield path


def _files(places: Collection[Path]) -> list[Path]:
    found = {
        path for place in places for path in place.rglob("*") if path.is_file() and not path.is_symlink()
    }
    return sorted(found)


def _is_made_again(path: Path, settings: Settings) -> bool:
    return (
        path.is_relative_to(settings.data_dir) and path.relative_to(settings.data_dir).parts[0] in _MADE_AGAIN
    )


def _name(path: Path, settings: Settings) -> str:
    return (
        path.relative_to(settings.data_dir).as_posix()
        if path.is_relative_to(settings.data_dir)
        else str(path)
    )


def _backups(settings: Settings) -> list[str]:
    return [
        str(one) for folder in settings.backup_folders if folder.exists() for one in sorted(folder.iterdir())
    ]


def _models(source: Source, catalogue: Catalogue) -> list[str]:
    """The models that deliver to a source that this one is staged for."""
    if source.micro:
        return []
    of_models = {one.source for one in published(catalogue.folder).values()}
    learns = any(
        source.source_id in catalogue.sources[name].made_of for name in of_models if name in catalogue.sources
    )
    return sorted(published(catalogue.folder)) if learns else []
