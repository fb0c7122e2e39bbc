"""What readers need: the current publication, connections that survive publishing, and going back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication.predicted import part_of
from datawerkplaats.publication.store import (
    Publication,
    is_plain,
    is_pointer_whole,
    load,
    publisher_lock,
    read_pointer,
    recovered_pointer,
    write_pointer,
)
from datawerkplaats.publication.tombstones import require_not_withdrawn, tombstones
from datawerkplaats.publication.verify import damaged, is_unchanged, verify_bytes

_TRIES = 3


@dataclass(frozen=True)
class Opened:
    """A publication with a read-only connection to it."""

    publication: Publication
    connection: duckdb.DuckDBPyConnection


def _nothing_published() -> DataProblem:
    return DataProblem(
        "no_publication",
        subject="publish",
        expected="current.json, written by publishing",
        remedy="run `make materialise`",
    )


def current(publish_dir: Path) -> Publication:
    """The publication that is served now.

    Where it was just cleared away, the pointer is read again, at most three times.

    Raises:
        DataProblem: `no_publication` if there is none, `publication_damaged` if the pointer leads nowhere.
    """
    for _ in range(_TRIES):
        pointer = read_pointer(publish_dir)
        if pointer is None:
            for one in reversed(tombstones(publish_dir)):
                require_not_withdrawn(publish_dir, one.publication_id)
            raise _nothing_published()
        try:
            return load(publish_dir, pointer.publication_id, pointer.manifest_sha256)
        except FileNotFoundError as error:
            missing = error
    raise DataProblem(
        "publication_damaged",
        subject="current.json",
        expected="a pointer to an existing publication",
        found=f"no file {Path(str(missing.filename or missing)).name}",
        remedy="go back with `dwp rollback` or build again with `make materialise`",
    )


def history(publish_dir: Path) -> list[str]:
    """The ids of the publications that exist, oldest first; empty where nothing has been published."""
    pointer = read_pointer(publish_dir)
    return list(pointer.history) if pointer else []


def named(publish_dir: Path, publication_id: str) -> Publication:
    """A publication by its id.

    Raises:
        DataProblem: `no_publication` if it is not kept here.
    """
    return _of(publish_dir, publication_id, history(publish_dir))


def of_file(path: Path) -> Publication:
    """The publication whose DuckDB file lies at a path, whether or not the pointer still lists it.

    Raises:
        FileNotFoundError: If it has been cleared away.
        DataProblem: `publication_damaged` or `publication_forged`.
    """
    return load(path.parent, _id_of(path))


def _id_of(path: Path) -> str:
    return path.stem.removeprefix("warehouse_").removeprefix("predicted_")


def confirm_file(path: Path) -> None:
    """Nothing, if one of the DuckDB files of a release is, byte for byte, what was published and signed.

    Raises:
        FileNotFoundError: If it has been cleared away.
        DataProblem: `publication_damaged`, `publication_forged` or `publication_withdrawn`.
    """
    require_not_withdrawn(path.parent, _id_of(path))
    if is_unchanged(path):
        return
    publication = of_file(path)
    if path == publication.path:
        verify_bytes(publication)
    else:
        part_of(publication).verify()


def _of(publish_dir: Path, publication_id: str, known: list[str]) -> Publication:
    try:
        if publication_id in known:
            return load(publish_dir, publication_id)
    except FileNotFoundError:
        pass
    if is_plain(publication_id):
        require_not_withdrawn(publish_dir, publication_id)
    raise DataProblem(
        "no_publication",
        subject=publication_id,
        expected=f"one of {', '.join(known) or 'none'}",
        remedy="see `dwp status` for the publications that are kept",
    )


def previous(publish_dir: Path) -> Publication:
    """The publication before the one that is served, also where the served one is damaged.

    Raises:
        DataProblem: `no_publication` if there is no earlier one.
    """
    pointer = read_pointer(publish_dir)
    if pointer is None:
        raise _nothing_published()
    earlier = pointer.history[: pointer.history.index(pointer.publication_id)]
    if not earlier:
        raise DataProblem(
            "no_publication",
            subject="the publication before this one",
            expected="at least two publications",
            found=f"only {pointer.publication_id}",
            remedy="publish again first",
        )
    return named(publish_dir, earlier[-1])


def rollback(publish_dir: Path, publication_id: str = "") -> Publication:
    """Serve an earlier publication again (the previous one, or the one named), after checking its bytes.

    Where the pointer cannot be believed, it is the release that was served when it still could.

    Raises:
        DataProblem: `no_publication` if it is not there, `publication_damaged` if its bytes differ.
    """
    with publisher_lock(publish_dir):
        is_believed = is_pointer_whole(publish_dir)
        pointer = recovered_pointer(publish_dir)
        if pointer is None:
            raise _nothing_published()
        if publication_id:
            target = _of(publish_dir, publication_id, pointer.history)
        elif is_believed:
            target = previous(publish_dir)
        else:
            target = load(publish_dir, pointer.publication_id)
        verify_bytes(target)
        write_pointer(publish_dir, target, pointer.history)
    return target


class Reader:
    """Opens the served publication; an open connection keeps reading what it opened while others publish."""

    def __init__(self, publish_dir: Path) -> None:
        self.publish_dir = publish_dir

    def current(self) -> Publication:
        """The publication that is served now."""
        return current(self.publish_dir)

    def open(self, publication: Publication | None = None) -> Opened:
        """The served (or given) publication and a read-only connection to it.

        Raises:
            DataProblem: `no_publication` or `publication_damaged`.
        """
        for _ in range(_TRIES):
            wanted = publication or self.current()
            try:
                verify_bytes(wanted)
                connection = connect_read_only(wanted.path)
            except FileNotFoundError:
                continue
            except duckdb.Error as error:
                if not wanted.path.exists():
                    continue
                raise damaged(wanted, type(error).__name__) from error
            return Opened(wanted, connection)
        raise _nothing_published()

    def connect(self, publication: Publication | None = None) -> duckdb.DuckDBPyConnection:
        """A read-only connection to the served (or given) publication; close it after use."""
        return self.open(publication).connection
