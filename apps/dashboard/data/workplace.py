"""The store of what people write, as pages reach it: opened once per address, and not at all where nobody has written yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from apps.dashboard.data.release import Release, records
from datawerkplaats import publication
from datawerkplaats.base.settings import Settings, get_settings

if TYPE_CHECKING:
    from datawerkplaats.workplace.figures import Figure, Selection
    from datawerkplaats.workplace.store import Store

# What reads the store brings in the database library: a page without it should not wait for that.

_stores: dict[tuple[str, str], Store] = {}
_lock = threading.Lock()


def is_begun(settings: Settings | None = None) -> bool:
    """Whether anybody has written anything here, without opening the store."""
    settings = settings or get_settings()
    return settings.workplace_url is not None or (settings.workplace_dir / "workplace.db").exists()


def store() -> Store:
    """The store of this installation.

    Raises:
        DataProblem: `store_unavailable` if the database cannot be reached.
    """
    from datawerkplaats.workplace.store import address_of, open_store

    settings = get_settings()
    key = address_of(settings), str(settings.keys_dir)
    with _lock:
        if key not in _stores:
            _stores[key] = open_store(settings)
        return _stores[key]


def asking(release: Release) -> Callable[[str, tuple[Any, ...]], Sequence[Mapping[str, Any]]]:
    """What answers a question on the release that is shown."""
    return lambda sql, asked: records(release.identity, sql, asked)


def withdrawn(release_id: str) -> str:
    """Why a release was withdrawn; empty for one that was not."""
    found = publication.tombstones(get_settings().publish_dir)
    return next((one.reason for one in found if one.publication_id == release_id), "")


def figure(release: Release, selection: Selection) -> Figure:
    """A figure as a release shows it; without a value where it is hidden or absent."""
    from datawerkplaats.workplace.figures import Figure

    sql = """select value, lower, upper from core.fct_observation
             where region_code = ? and indicator_id = ? and year = ? and age_band = ? and sex = ?
             order by region_vintage desc limit 1"""
    asked = (selection.region_code, selection.indicator_id, selection.year, selection.age, selection.sex)
    found = records(release.identity, sql, asked)
    if not found:
        return Figure(release.id, selection, None)
    return Figure(release.id, selection, found[0]["value"], found[0]["lower"], found[0]["upper"])
