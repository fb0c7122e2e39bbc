"""What the workplace costs a page when nobody is signed in and no session was ever held: processor time, with and without it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from apps.dashboard.components import notes
from apps.dashboard.serving import agenda, at_the_door, identity
from apps.dashboard.views.start import together
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.workplace.people import NOBODY
from tests.apps.fixture_publication import build_publication
from tests.proofs.registry import Measured, Room

APP = PROJECT_ROOT / "apps" / "dashboard" / "app.py"
# Each page as a reader opens it; those of the workplace itself did not exist before.
PAGES: dict[str, dict[str, str]] = {
    "gebied": {"gebied": "GM9901"},
    "verkennen": {"indicator": "loneliness_pct", "level": "gemeente", "area": "GM9901"},
    "profiel": {"gemeente": "GM9901"},
    "verbanden": {"level": "wijk"},
    "buren": {"level": "wijk"},
    "ongelijkheid": {"level": "wijk"},
    "sleutelen": {"level": "gemeente"},
    "kwaliteit": {"indicator": "loneliness_pct"},
    "rapport": {"level": "gemeente", "area": "GM9901"},
    "start": {},
    "woordenlijst": {},
}
TURNS = 15


def quiet(
    room: Room, turns: int = TURNS, pages: dict[str, dict[str, str]] | None = None
) -> Iterator[Measured]:
    """Per page the least processor time of many turns, with the workplace and with every part of it left out, in turn."""
    folder = room.work / "quiet"
    build_publication(folder / "publish")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWP_DATA_DIR", str(folder))
        get_settings.cache_clear()
        patch.setattr(identity, "subject", lambda: NOBODY)
        patch.setattr(identity, "may_open", lambda _page, _who: True)
        worst = 0.0
        try:
            for page, choices in (pages or PAGES).items():
                spent, bare = _least(page, choices, turns)
                worst = max(worst, spent / bare)
                yield f"workplace_quiet_cpu_{page}", 1000 * spent, 1000 * bare
        finally:
            get_settings.cache_clear()
    yield "workplace_quiet_worst", worst, None
    yield "workplace_quiet_store_opened", float((Path(folder) / "workplace").exists()), None


def _least(page: str, choices: dict[str, str], turns: int) -> tuple[float, float]:
    _cpu(page, choices)  # what is read and compiled once is of neither
    spent: list[float] = []
    bare: list[float] = []
    for turn in range(turns):

        def without() -> None:
            with _left_out():
                bare.append(_cpu(page, choices))

        both: list[Callable[[], None]] = [lambda: spent.append(_cpu(page, choices)), without]
        for one in both if turn % 2 else both[::-1]:
            one()
    return min(spent), min(bare)


def _cpu(page: str, choices: dict[str, str]) -> float:
    app = AppTest.from_file(str(APP), default_timeout=600)
    app._page_hash = calc_hash(page)
    app.query_params.update(choices)
    started = time.process_time()
    app.run()
    found = time.process_time() - started
    if app.exception:
        raise AssertionError(f"{page} failed")
    return found


@contextmanager
def _left_out() -> Iterator[None]:
    """Every place at which a page that existed before meets the workplace does nothing at all."""

    def nothing(*_all: Any, **_named: Any) -> None:
        return None

    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (agenda, "offer"), (at_the_door, "who_is_here"), (together, "show"), (notes, "panel"),
        ):  # fmt: skip
            patch.setattr(module, name, nothing)
        patch.setattr(notes, "in_table", lambda _context, shown, _keys: shown)
        patch.setattr(notes, "of", lambda _subject, _keys, _release: {})
        yield
