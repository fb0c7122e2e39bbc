"""What looks ahead have told of cells since the last release: of each cell one thing, the first.

Two deliveries of one source, handed in after one another, differ in a few rows. Who saw what each would change could subtract the
one from the other, or join what the one hides to what the other shows. So a cell of which an earlier look said something else,
or that it hid, is not told again before the next release: only that it changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.partners.vault import private_files

_FILE = "told_ahead.json"
Cell = dict[str, Any]


def tell_once(
    settings: Settings,
    source_id: str,
    release_id: str,
    cells: Sequence[Cell],
    key: Sequence[str],
    said: Sequence[str],
) -> list[Cell]:
    """The cells with `is_told`, and without what may not be told of them; what is told is remembered until the next release.

    Args:
        settings: Whose private folder it is remembered in.
        source_id: The source whose delivery is looked at.
        release_id: The release that the cells are laid beside.
        cells: Each with its key, and `<name>_after` for all that is said.
        key: What a cell is known by.
        said: What is said of a cell.
    """
    path = settings.private_dir / _FILE
    book = _read(path)
    mine = book.get(source_id, {})
    told: dict[str, Any] = dict(mine["cells"]) if mine.get("release") == release_id else {}
    found = []
    for cell in cells:
        name = "|".join(str(cell[part]) for part in key)
        now = [cell[f"{one}_after"] for one in said]
        is_told = told.setdefault(name, now) == now
        kept = {} if is_told else {f"{one}_after": None for one in said}
        found.append({**cell, **kept, "is_told": is_told})
    with private_files():
        write_text(path, json.dumps({**book, source_id: {"release": release_id, "cells": told}}))
    return found


def _read(path: Any) -> Mapping[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
