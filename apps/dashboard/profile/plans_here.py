"""What is done in an area: the plans that touch it, each with its word so far, for a page, a report and a time line alike."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from apps.dashboard.components.year_line import Flag
from apps.dashboard.data import cube, workplace
from apps.dashboard.data.release import Release, Row
from apps.dashboard.wording import doing as words
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import plural, text
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.workplace.people import Right

if TYPE_CHECKING:
    from apps.dashboard.profile.doing import Seen
    from datawerkplaats.workplace.interventions import Registered

_LEVELS = ("gemeente", "wijk")
_DROPPED = "dropped"


@dataclass(frozen=True)
class Here:
    """A plan that touches an area.

    Args:
        one: The plan.
        everything: All plans: what others do is left out of what this one is compared with.
        wijken: How many wijken of the area take part; 0 where the whole area does.
    """

    one: Registered
    everything: tuple[Registered, ...]
    first: int
    wijken: int = 0


@dataclass(frozen=True)
class Said:
    """What is said of a plan now.

    Args:
        kind: One of the four verdicts, `waiting` or `none`.
        word: The same in a word.
        sentence: What it means here.
        seen: What it rests on; None for a plan that is no longer what was frozen.
    """

    kind: str
    word: str
    sentence: str
    seen: Seen | None


def here(context: Context, level: str, area: Row) -> list[Here]:
    """The plans of an area, of the gemeente it lies in, and of its wijken; none where the store is away or nobody may read."""
    if level not in _LEVELS or not workplace.is_begun() or not context.subject.may(Right.READ):
        return []
    from datawerkplaats.workplace.interventions import plans

    try:
        found = tuple(plans(workplace.store(), context.subject))
    except DataProblem:  # the figures go on without the store
        return []
    code = str(area["code"])
    around = {code, str(area.get("gemeente_code") or code)}
    inside: set[str] = set()
    if level == "gemeente" and found:
        inside = {
            str(row["code"]) for row in cube.regions(context.release, "wijk") if row["gemeente_code"] == code
        }
    touched = []
    for one in found:
        whole, parts = around & set(one.plan.starts), inside & set(one.plan.starts)
        if whole or parts:
            first = min(one.plan.starts[part] for part in whole or parts)
            touched.append(Here(one, found, first, 0 if whole else len(parts)))
    return touched


def said(release: Release, one: Registered, everything: list[Registered], language: Language) -> Said:
    """The word for a plan and what it means: the same sentence wherever the plan is shown."""
    from apps.dashboard.profile import doing

    if not one.is_whole:
        return _said("none", text("doen.broken", language), None, language)
    seen = doing.seen(release, one, everything)
    if isinstance(seen, doing.Waiting):
        key = "told_waiting_none" if seen.newest is None else "told_waiting"
        kind, told = "waiting", text(f"doen.{key}", language, first=seen.first, newest=seen.newest)
    else:
        kind, told = words.kind(seen), words.told(seen, one.plan.smallest_effect, language)
    if kind == "waiting" and doing.is_retired(release, one.plan.indicator_id):
        kind, told = "none", text("doen.told_retired", language)
    return _said(kind, told, seen, language)


def promised(context: Context, item: Registered, everything: list[Registered]) -> tuple[str, str]:
    """What was told beforehand, as a name and a sentence; worked out now from what was known then, where nothing was told."""
    from apps.dashboard.profile import doing

    language = context.language
    chance, is_afterwards = doing.promised(context.release, item, everything)
    if chance is None:
        return text("doen.card_promised", language), text("doen.promised_none", language)
    effect = words.per_cent(item.plan.smallest_effect, language, signed=True)
    told = text("doen.power_short", language, effect=effect, chance=words.chance(chance))
    return text(f"doen.card_promised{'_afterwards' if is_afterwards else ''}", language), told


def _said(kind: str, told: str, seen: Seen | None, language: Language) -> Said:
    return Said(kind, text(f"doen.verdict_{kind}", language), told, seen)


def flags(found: list[Here], language: Language) -> list[Flag]:
    """Start and end of the plans as flags of a time line: one for a year, whatever happened in it."""
    years: dict[int, set[str]] = {}
    for item in found:
        if item.one.status != _DROPPED:
            years.setdefault(item.first, set()).add("start")
            if item.one.plan.end_year is not None:
                years.setdefault(item.one.plan.end_year, set()).add("end")
    return [
        Flag(year, text(f"doen.flag_{'both' if len(kinds) > 1 else next(iter(kinds))}", language), False)
        for year, kinds in sorted(years.items())
    ]


def events(found: list[Here], language: Language) -> list[str]:
    """The same in sentences, with the names of the plans; a flag is not an effect."""
    told = []
    for item in found:
        if item.one.status == _DROPPED:
            continue
        title = item.one.plan.title
        where = plural("doen.in_wijken", item.wijken, language) if item.wijken else ""
        told.append((item.first, text("doen.event_start", language, title=title, where=where).strip()))
        if item.one.plan.end_year is not None:
            told.append(
                (item.one.plan.end_year, text("doen.event_end", language, title=title, where=where).strip())
            )
    return [f"{year}: {sentence}" for year, sentence in sorted(told)]


def as_html(context: Context, found: list[Here]) -> str:
    """The plans as a short list: what, since when, and the word so far."""
    language = context.language
    rows = []
    for item in found:
        told = said(context.release, item.one, list(item.everything), language)
        where = plural("doen.in_wijken", item.wijken, language) if item.wijken else ""
        facts = text("doen.here_facts", language, year=item.first, where=where).strip()
        rows.append(
            f'<li class="dw-here dw-verdict-{told.kind}"><strong>{escape(item.one.plan.title)}</strong> '
            f'<span class="dw-plan-facts">{escape(facts)}</span><br>'
            f"<strong>{escape(told.word)}.</strong> {escape(told.sentence)}</li>"
        )
    return f'<ul class="dw-heres">{"".join(rows)}</ul>'
