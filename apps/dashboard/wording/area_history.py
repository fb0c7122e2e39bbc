"""What the pages say about areas through time: what became of one that ended, and that a figure was restated."""

from __future__ import annotations

from apps.dashboard.data.history import Replaced
from apps.dashboard.data.release import Row
from apps.dashboard.wording.texts import listing, text
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
