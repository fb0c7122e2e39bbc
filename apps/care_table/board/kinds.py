"""The kinds of care as declared, and the number of the tag that stands for each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from datawerkplaats.base.errors import DataProblem

FILE = Path(__file__).parent / "kinds.yml"
MOST = 24
PATTERNS = ("plain", "stripes", "dots", "waves", "grid")


@dataclass(frozen=True)
class Kind:
    """A kind of care: its words, its colour and pattern, and the number of its tag."""

    id: str
    nl: str
    en: str
    colour: str  # as #rrggbb
    pattern: str
    tag: int


@cache
def kinds(path: Path = FILE) -> tuple[Kind, ...]:
    """All kinds in the order of their tags.

    Raises:
        DataProblem: If there are too many, or two share an id, or colour and pattern.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    colours = content["colours"]
    found = tuple(
        Kind(one["id"], one["nl"], one["en"], colours[one["colour"]], one["pattern"], number)
        for number, one in enumerate(content["kinds"])
    )

    def wrong(what: str, expected: str) -> DataProblem:
        return DataProblem(
            "catalogue_field", subject=path.name, where=what, expected=expected, remedy="correct the entry"
        )

    if len(found) > MOST:
        raise wrong("kinds", f"at most {MOST}, since the camera tells no more apart")
    looks: dict[tuple[str, str], str] = {}
    for one in found:
        if one.pattern not in PATTERNS:
            raise wrong(one.id, f"a pattern among {', '.join(PATTERNS)}")
        other = looks.setdefault((one.colour, one.pattern), one.id)
        if other != one.id:
            raise wrong(one.id, f"another colour or pattern than {other}")
    if len({one.id for one in found}) < len(found):
        raise wrong("kinds", "every id once")
    return found
