"""What the pages say about areas through time: what became of one that ended, and that a figure was restated."""

from __future__ import annotations

from collections.abc import Iterable

from apps.dashboard.data.history import Replaced
from apps.dashboard.data.release import Row
from apps.dashboard.profile.lines import Line
from apps.dashboard.wording.texts import listing, plural, text
from datawerkplaats.base.errors import Language


def notice(area: Replaced, shown: str, language: Language) -> str:
    """What became of an area that ended, in one sentence; `shown` is the area that is shown in its place."""
    day = (
        f"{area.ended_on.day} {text(f'gebieden.month_{area.ended_on.month}', language)} {area.ended_on.year}"
    )
    names = sorted({name for _, name in area.successors})
    key = "gebieden.replaced_code" if names == [area.name] else "gebieden.replaced_one"
    return text(key, language, area=area.name, date=day, names=listing(names, language), shown=shown)


def words(row: Row, state: str, language: Language) -> str:
    """The state of a figure, with the remark that it was restated where it was."""
    mark = row.get("restated")
    if mark is None:
        return state
    remark = text(mark[0], language, vintage=mark[1])
    return f"{state}, {remark}" if state else remark


def restated_note(lines: Iterable[Line], language: Language) -> str:
    """How many figures were moved to the boundaries of now, and how many of them are without a margin; empty for none."""
    moved = [line for line in lines if line.restated and line.value is not None]
    if not moved:
        return ""
    vintage = max(line.restated[1] for line in moved if line.restated)
    told = [plural("gebieden.some_restated", len(moved), language, vintage=vintage)]
    if without := sum(line.lower is None or line.upper is None for line in moved):
        told.append(plural("gebieden.restated_without_margin", without, language))
    return " ".join(told)
