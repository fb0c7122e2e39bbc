"""Code, SQL and YAML know of no theme and no region: those are declared in the catalogue, and made up in demo and tests."""

from __future__ import annotations

import re
import subprocess

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.for_each import for_each

pytestmark = pytest.mark.busy

WORDS = re.compile(r"\b(mental|mentale|trimbos|drenthe|veenland|113)\b", re.IGNORECASE)
DECLARED = (":!catalogue", ":!demo", ":!tests")


def tracked() -> list[str]:
    """Every Python, SQL, YAML and TOML file that git keeps, outside the rooms where themes and regions are declared."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.py", "*.sql", "*.yml", "*.yaml", "*.toml", "*.js", "*.css", "*.typ", *DECLARED],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.split("\0") if (PROJECT_ROOT / name).is_file()]


@for_each("name", tracked())
def test_file__names_no_theme_and_no_region(name: str) -> None:
    lines = (PROJECT_ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [
        f"line {number}: {word[0]}" for number, line in enumerate(lines, 1) if (word := WORDS.search(line))
    ]
    assert not found, "move it to a file of catalogue/themes or catalogue/regions, or take it as a parameter"
