"""A file is one room: more than 300 lines need a reason, and the reason stands in the first line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.for_each import for_each

pytestmark = pytest.mark.busy

LONGEST = 300
REASON = ("# Long because ", "-- Long because ")


def too_long(path: Path) -> bool:
    """Whether a file has more lines than one room needs, and does not say why."""
    first, *more = path.read_text(encoding="utf-8").splitlines() or [""]
    return 1 + len(more) > LONGEST and not (first.startswith(REASON) and len(first.split()) > 5)


def tracked() -> list[str]:
    """Every Python, SQL and YAML file that git keeps."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.py", "*.sql", "*.yml"],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.split("\0") if (PROJECT_ROOT / name).is_file()]


@for_each("name", tracked())
def test_file__is_one_room_or_says_why_it_is_long(name: str) -> None:
    assert not too_long(PROJECT_ROOT / name), (
        f"more than {LONGEST} lines: split it, or begin with '# Long because <reason>'"
    )


@pytest.mark.parametrize(
    ("first", "lines", "wrong"),
    [
        ('"""A module."""', 300, False),
        ('"""A module."""', 301, True),
        ("# Long because", 301, True),
        ("# Long because every table of the schema is here", 301, False),
        ("-- Long because one query builds all of it", 301, False),
    ],
)
def test_length__is_counted_and_a_reason_is_more_than_the_words(
    tmp_path: Path, first: str, lines: int, wrong: bool
) -> None:
    path = tmp_path / "file.py"
    path.write_text("\n".join([first, *["x = 1"] * (lines - 1)]) + "\n", encoding="utf-8")
    assert too_long(path) is wrong
