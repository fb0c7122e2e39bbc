"""Following a figure or an area: who follows is told when a release changes it by more than its margin, or no longer has it.

What was seen is kept in the row itself, so that following keeps no old release alive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.figures import Figure, Selection
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store, new_id

Ask = Callable[[str, tuple[Any, ...]], Sequence[Mapping[str, Any]]]
MOST = 100
# The newest shown figure of each indicator of an area: of all ages together where a source has them.
_NEWEST = """
select o.indicator_id, o.year, o.age_band, o.sex, o.value, o.lower, o.upper
from core.fct_observation as o join core.dim_indicator as i using (indicator_id)
where o.region_code = ? and (? = '' or o.indicator_id = ?) and o.sex = 'total' and o.value is not null and i.is_public
qualify row_number() over (
    partition by o.indicator_id
    order by o.year desc, case o.age_band when 'all' then 0 when '18+' then 1 when '16-25' then 2 else 3 end, o.age_band,
        o.region_vintage desc
) = 1
order by 1"""


@dataclass(frozen=True)
class Follow:
    """What somebody follows: one figure of an area, or without an indicator all of them."""

    id: str
    indicator_id: str
    region_code: str
    seen: dict[str, Figure]
    version: int


@dataclass(frozen=True)
class Change:
    """A followed figure that is another now; `now` is None where the release no longer shows it."""

    follow: Follow
    then: Figure
    now: Figure | None


def newest(ask: Ask, release_id: str, region_code: str, indicator_id: str = "") -> dict[str, Figure]:
    """The newest figures that a release shows of an area, by indicator; of one indicator where it is named.

    Args:
        ask: Answers a question on the release.
        release_id: The release.
        region_code: The area.
        indicator_id: The indicator; nothing for all.
    """
    return {
        str(row["indicator_id"]): Figure(
            release_id,
            Selection(str(row["indicator_id"]), region_code, int(row["year"]), str(row["age_band"]), str(row["sex"])),
            row["value"], row["lower"], row["upper"],
        )
        for row in ask(_NEWEST, (region_code, indicator_id, indicator_id))
    }  # fmt: skip


@needs(Right.READ)
def follow(
    store: Store, subject: Subject, /, region_code: str, indicator_id: str, shown: Mapping[str, Figure]
) -> str:
    """The id of what is followed from now on; of what was followed already where it is the same.

    Args:
        store: The store.
        subject: Who follows.
        region_code: The area.
        indicator_id: The indicator; nothing for all figures of the area.
        shown: What the release shows of it now (`newest`).

    Raises:
        DataProblem: `figure_hidden` if the release shows nothing of it, as where a figure has ended.
    """
    if not shown:
        raise DataProblem(
            "figure_hidden",
            subject=indicator_id or region_code,
            where=region_code,
            remedy="it has ended or is not shown for this area: follow another figure, or the area itself",
        )
    table = schema.follow
    with store.writing(subject, Right.READ) as write:
        own = write.connection.execute(sa.select(table).where(table.c.subject == subject.id)).all()
        for row in own:
            if (row.region_code, row.indicator_id) == (region_code, indicator_id):
                return str(row.id)
        if len(own) >= MOST:
            raise DataProblem(
                "input_refused", subject="follow", found=str(len(own)), expected=f"at most {MOST}",
                remedy="stop following something else first",
            )  # fmt: skip
        values = {
            "id": new_id(), "subject": subject.id, "indicator_id": indicator_id, "region_code": region_code,
            "seen": _kept(shown), "since": store.clock().date().isoformat(),
        }  # fmt: skip
        write.insert(table, values, "followed")
    return str(values["id"])


@needs(Right.READ)
def stop_following(store: Store, subject: Subject, /, follow_id: str) -> None:
    """Follow it no longer; of somebody else it cannot be stopped."""
    table = schema.follow
    with store.writing(subject, Right.READ) as write:
        gone = write.connection.execute(
            sa.delete(table).where(table.c.id == follow_id, table.c.subject == subject.id)
        )
        if gone.rowcount != 1:
            raise DataProblem("not_there", subject="follow", remedy="look for it in your own list")
        write.record("follow", follow_id, "stopped", {})


@needs(Right.READ)
def mark_seen(
    store: Store, subject: Subject, /, follow_id: str, version: int, shown: Mapping[str, Figure]
) -> None:
    """What the release shows now is known: only a later change is told again."""
    table = schema.follow
    with store.writing(subject, Right.READ) as write:
        row = write.connection.execute(sa.select(table.c.subject).where(table.c.id == follow_id)).scalar()
        if row != subject.id:
            raise DataProblem("not_there", subject="follow", remedy="look for it in your own list")
        write.change(table, follow_id, version, {"seen": _kept(shown)}, "seen")


@needs(Right.READ)
def followed(store: Store, subject: Subject, /) -> list[Follow]:
    """What the subject follows, by area."""
    table = schema.follow
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(table)
            .where(table.c.subject == subject.id)
            .order_by(table.c.region_code, table.c.indicator_id)
        ).all()
    return [_follow(row) for row in rows]


def all_followed(store: Store) -> list[Follow]:
    """What anybody follows, each area and figure once and without who: for the notices of the house."""
    table = schema.follow
    with store.reading() as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.id)).all()
    return list({(row.region_code, row.indicator_id, str(row.seen)): _follow(row) for row in rows}.values())


def changes(follows: Sequence[Follow], ask: Ask, release_id: str) -> list[Change]:
    """What differs from what was seen by more than its margin, or is shown no longer.

    Args:
        follows: What is followed.
        ask: Answers a question on the release.
        release_id: The release that is served.
    """
    found = []
    for one in follows:
        now = newest(ask, release_id, one.region_code, one.indicator_id)
        for indicator_id, then in one.seen.items():
            current = now.get(indicator_id)
            if current is None or current.differs_from(then):
                found.append(Change(one, then, current))
    return found


def _kept(shown: Mapping[str, Figure]) -> dict[str, list[Any]]:
    return {
        name: [one.release_id, one.selection.key, one.value, one.lower, one.upper]
        for name, one in shown.items()
    }


def _follow(row: sa.Row[Any]) -> Follow:
    seen = {
        name: Figure(release_id, Selection.of_key(key), value, lower, upper)
        for name, (release_id, key, value, lower, upper) in row.seen.items()
    }
    return Follow(row.id, row.indicator_id, row.region_code, seen, row.version)
