"""A theme and a region come up with a file that one person reads through at once: 40 lines, none crammed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from datawerkplaats.base.settings import PROJECT_ROOT

MOST_LINES, WIDEST = 40, 160
CATALOGUE = PROJECT_ROOT / "catalogue"
DECLARED = [path for kind in ("themes", "regions") for path in sorted((CATALOGUE / kind).glob("*.yml"))]


@pytest.mark.parametrize("path", DECLARED, ids=lambda path: path.stem)
def test_file_of_a_theme_or_region__is_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MOST_LINES, f"move what is large to the folder {path.with_suffix('').name}"
    assert max(map(len, lines)) <= WIDEST
    assert not [line for line in lines if _fields(line) > 2], (
        "one thing on a line; a text in two languages is one"
    )


def _fields(line: str) -> int:
    """How many fields a line gives a value; the languages of one text count for nothing, and a list is one value."""
    braced = line[line.find("{") :] if line.count("{") == line.count("}") > 0 else ""
    return 1 + _named(yaml.load(braced, Loader=yaml.CSafeLoader)) if braced.endswith("}") else 1


def _named(value: object) -> int:
    if not isinstance(value, dict) or value.keys() == {"nl", "en"}:
        return 0
    return len(value) + sum(map(_named, value.values()))
