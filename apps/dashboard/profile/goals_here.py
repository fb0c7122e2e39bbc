"""Goals of a programme beside the figures that are shown now: for the page and for the report of an area alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from apps.dashboard.components import markup, year_line
from apps.dashboard.data import cube, one_area, workplace
from apps.dashboard.data.release import Release, Row
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import Format
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_date, format_number
from apps.dashboard.wording.texts import plural, text
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.workplace.people import Right

if TYPE_CHECKING:
    from datawerkplaats.workplace.goals import Point
    from datawerkplaats.workplace.programmes import Followed, Programme

_SELDOM = 2  # years between two figures from which on it can be said how often they come
_CODES = ("code", "gemeente_code", "ggd_region_code", "province_code")


@dataclass(frozen=True)
class Told:
    """A goal as it stands now.

    Args:
        followed: The goal.
        way: How far its figure can be followed: `counted`, `rare` or `modelled`.
        standing: How the newest figure stands to it; `retired` where nobody follows the figure any more.
        word: That in a word.
        sentence: That in a sentence.
        followed_by: What can honestly be followed, and why.
        facts: Names with values.
        steps: What was told last of deliveries and steps in between, in words.
        points: The figure in every year that is shown, oldest first.
        style: How the figure is written.
        alt: What the line shows.
    """

    followed: Followed
    way: str
    standing: str
    word: str
    sentence: str
    followed_by: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    points: tuple[Point, ...]
    style: Format
    alt: str


def programmes_of(context: Context) -> list[Programme]:
    """All programmes; none where the store is away or nobody may read."""
    if not workplace.is_begun() or not context.subject.may(Right.READ):
        return []
    from datawerkplaats.workplace.programmes import programmes

    try:
        return programmes(workplace.store(), context.subject)
    except DataProblem:  # the figures go on without the store
        return []


def here(context: Context, area: Row) -> list[tuple[Programme, list[Followed]]]:
    """The programmes that are not dropped with their goals for an area, or for a larger one that it lies in."""
    codes = {str(area.get(name) or "") for name in _CODES}
    found = []
    for one in programmes_of(context):
        goals = [goal for goal in one.goals if goal.begin.selection.region_code in codes]
        if goals and one.status != "dropped":
            found.append((one, goals))
    return found


def points_of(release: Release, indicator: str, code: str, age: str) -> tuple[Point, ...]:
    """A figure of an area in every year that is shown, oldest first."""
    from datawerkplaats.workplace.goals import Point

    known = cube.known_region(release, code)
    rows = one_area.all_years(release, str(known["level"]), code) if known else []
    mine = [row for row in rows if (row["indicator_id"], row["age"]) == (indicator, age)]
    return tuple(
        Point(row["year"], row["value"], row["lower"], row["upper"], bool(row["is_modelled"]))
        for row in sorted(mine, key=lambda row: row["year"])
        if row["value"] is not None
    )


def told(context: Context, followed: Followed) -> Told:
    """How a goal stands now, with the figures of the release that is shown."""
    from datawerkplaats.workplace.goals import Way, gap_of, standing, way_of

    language, at, goal = context.language, followed.begin.selection, followed.goal
    texts = IndicatorTexts(context)
    row = texts.rows.get(at.indicator_id)
    points = points_of(context.release, at.indicator_id, at.region_code, at.age) if row else ()
    way = way_of(points)
    style = texts.style(at.indicator_id, way is Way.MODELLED) if row else Format("", 1, language)
    title = context.title_of(row) if row else at.indicator_id
    found, newest = standing(followed.begin, goal, points)
    stand = "retired" if row is None or row.get("status") == "retired" else str(found)
    known = cube.known_region(context.release, at.region_code)
    area = str(known["name"]) if known else at.region_code
    begin, target = style.value(followed.begin.value), style.value(goal.target)
    words = {"begin": begin, "year": at.year, "target": target, "target_year": goal.target_year}
    now = {"value": style.value(newest.value), "now": newest.year} if newest else {}
    gap = round(gap_of(points))
    by = "seldom" if way is Way.RARE and gap < _SELDOM else str(way)
    return Told(
        followed, str(way), stand, text(f"programma.word_{stand}", language),
        text(f"programma.told_{stand}", language, **words, **now), text(f"programma.by_{by}", language, gap=gap),
        tuple(_facts(followed, f"{title} ({area})", begin, target, language)),
        tuple(_steps(followed, language)), points, style,
        text("programma.alt", language, title=title, area=area, **words),
    )  # fmt: skip


def _facts(
    followed: Followed, figure: str, begin: str, target: str, language: Language
) -> list[tuple[str, str]]:
    at, goal = followed.begin.selection, followed.goal
    reach = next((one for one in followed.newest if one.kind == "reach"), None)
    reached = (
        text("programma.reach_none", language, planned=format_number(goal.people, 0, language))
        if reach is None
        else text(
            "programma.reach", language, done=format_number(reach.done, 0, language),
            planned=format_number(goal.people, 0, language), date=_day(reach.told_on, language),
        )
    )  # fmt: skip
    values = [
        ("figure", figure), ("begin", text("programma.in_year", language, value=begin, year=at.year)),
        ("target", text("programma.in_year", language, value=target, year=goal.target_year)), ("owner", goal.owner),
        ("reach", reached),
    ]  # fmt: skip
    return [(text(f"programma.fact_{name}", language), value) for name, value in values]


def _steps(followed: Followed, language: Language) -> list[str]:
    """Deliveries and steps as they were told last, with the day."""
    return [
        text(
            f"programma.{one.kind}_told", language, what=one.what, done=format_number(one.done, 0, language),
            planned=format_number(one.planned, 0, language), date=_day(one.told_on, language),
        )
        for one in followed.newest
        if one.kind != "reach"
    ]  # fmt: skip


def _day(day: str, language: Language) -> str:
    return format_date(date.fromisoformat(day), language)


def toward(item: Told) -> list[tuple[int, float]]:
    """The straight line from where the goal begins to where it wants to be, as two points."""
    at, goal = item.followed.begin, item.followed.goal
    return [(at.selection.year, float(at.value or 0.0)), (goal.target_year, goal.target)]


def summary(one: Programme, goals: list[Told], language: Language) -> str:
    """How many goals there are, and how many have a figure that is counted every year."""
    if not goals:
        return text("programma.no_goals", language)
    counted = sum(item.way == "counted" for item in goals)
    told_first = plural("programma.goals", len(goals), language)
    key = "summary_all" if counted == len(goals) else "summary_some" if counted else "summary_none"
    return f"{told_first} {text(f'programma.{key}', language, counted=counted)}"


def as_html(item: Told, language: Language) -> str:
    """A goal: how it stands, what can be followed, the line, and what was told."""
    line = year_line.YearLine(
        [(point.year, point.value) for point in item.points], toward(item), (), item.way == "modelled",
        [(point.year, point.lower, point.upper) for point in item.points if point.lower is not None and point.upper is not None],
    )  # fmt: skip
    keys = (
        f'<ul class="dw-map-keys"><li><span class="dw-line-key" aria-hidden="true"></span>'
        f"{escape(text('programma.key_own', language))}</li>"
        f'<li><span class="dw-line-key dw-line-key-other" aria-hidden="true"></span>'
        f"{escape(text('programma.key_line', language))}</li></ul>"
    )
    listed = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in item.facts
    )
    steps = "".join(f"<li>{escape(step)}</li>" for step in item.steps)
    counted = (
        f"<p><strong>{escape(text('programma.counted_title', language))}</strong></p><ul>{steps}</ul>"
        if steps
        else markup.note(text("programma.counted_none", language))
    )
    return (
        f'<article class="dw-plan"><h4>{escape(item.followed.goal.title)}</h4>'
        f'<p class="dw-verdict"><strong>{escape(item.word)}.</strong> {escape(item.sentence)}</p>'
        f"{markup.note(item.followed_by)}"
        f'<dl class="dw-plan-list">{listed}</dl>{counted}'
        f'<div class="dw-goal-line">{year_line.drawn(line, item.style.short, item.alt)}{keys}</div></article>'
    )
