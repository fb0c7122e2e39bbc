"""The register: every plan with its word, what that rests on, and the reach that is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import partial
from html import escape

import numpy as np
import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import link
from apps.dashboard.components.charts.cloud import cloud
from apps.dashboard.components.headline import headline
from apps.dashboard.data import cube, workplace
from apps.dashboard.profile import plans_here
from apps.dashboard.wording import doing as words
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_date, format_number
from apps.dashboard.wording.texts import listing, plural, text
from datawerkplaats.base.errors import Language
from datawerkplaats.effects.verdict import Outcome
from datawerkplaats.workplace import interventions
from datawerkplaats.workplace.interventions import Registered
from datawerkplaats.workplace.people import Right

_MARK = 8  # characters of the digest that are shown
_MOST_AREAS = 8


def show(context: Context, found: list[Registered]) -> None:
    """Draw the plans."""
    language = context.language
    st.subheader(text("doen.plans_title", language), anchor=False)
    if not found:
        st.html(markup.note(text("doen.plans_none", language)))
        return
    headline(summary(context, found))
    names = {
        str(row["code"]): str(row["name"])
        for level in {one.plan.region_level for one in found}
        for row in cube.regions(context.release, level)
    }
    st.html(f'<div class="dw-plans">{"".join(_card(context, one, found, names) for one in found)}</div>')
    if context.subject.may(Right.AGREE):
        _reach(context, found)


def _card(context: Context, one: Registered, everything: list[Registered], names: Mapping[str, str]) -> str:
    language, plan = context.language, one.plan
    told = plans_here.said(context.release, one, everything, language)
    rows = IndicatorTexts(context).rows
    outcome = context.title_of(rows[plan.indicator_id]) if plan.indicator_id in rows else plan.indicator_id
    reached = (
        text("doen.reached_none", language)
        if one.reached is None
        else text("doen.reached", language, count=format_number(one.reached, 0, language))
    )
    frozen = text(
        "doen.frozen", language, date=format_date(date.fromisoformat(one.frozen_on), language),
        organisation=one.organisation, year=one.newest_known,
        hash=one.plan_hash[:_MARK],
    )  # fmt: skip
    looks = ""
    if isinstance(told.seen, Outcome):
        looks = text("doen.looks", language, look=told.seen.look, looks=told.seen.looks)
    promise = plans_here.promised(context, one, everything)
    facts = [
        (text("doen.card_where", language), _areas(context, plan.starts, names)),
        (text("doen.card_since", language), escape(_years(one, language))),
        (text("doen.card_what", language), escape(outcome)),
        (text("doen.card_why", language), escape(text(f"doen.why_{plan.chosen_by}", language))),
        (promise[0], escape(promise[1])),
        (text("doen.card_looks", language), escape(looks)),
        (text("doen.card_reach", language), escape(reached)),
    ]
    listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts if value)
    rests = _rests_on(context, told.seen, plan.smallest_effect) if isinstance(told.seen, Outcome) else ""
    return (
        f'<article class="dw-plan"><h4>{escape(plan.title)}</h4>'
        f'<p class="dw-verdict dw-verdict-{told.kind}"><strong>{escape(told.word)}.</strong> {escape(told.sentence)}</p>'
        f'<dl class="dw-plan-list">{listed}</dl>{rests}<p class="dw-plan-facts">{escape(frozen)}</p></article>'
    )


def _areas(context: Context, starts: Mapping[str, int], names: Mapping[str, str]) -> str:
    """The names of the areas, each a way to its page; the first ones where there are many."""
    ways = []
    for code in sorted(starts, key=lambda code: names.get(code, code)):
        to = f"./{link(context, 'gebied', {'gebied': code}).lstrip('/')}"  # the first page has an empty path
        ways.append(f'<a href="{escape(to)}" target="_self">{escape(names.get(code, code))}</a>')
    more = len(ways) - _MOST_AREAS
    told = ", ".join(ways[:_MOST_AREAS])
    return f"{told} {escape(plural('doen.more_areas', more, context.language))}" if more > 0 else told


def _years(one: Registered, language: Language) -> str:
    """From when, until when, and in how many steps."""
    plan = one.plan
    last = max(plan.starts.values())
    told = (
        str(plan.first)
        if last == plan.first
        else text("doen.in_steps", language, first=plan.first, last=last)
    )
    return told if plan.end_year is None else text("doen.until", language, since=told, end=plan.end_year)


def summary(context: Context, found: list[Registered]) -> str:
    """How many plans there are, and how many bear each word."""
    language = context.language
    counted = Counter(plans_here.said(context.release, one, found, language).word for one in found)
    parts = [f"{count} {word[:1].lower()}{word[1:]}" for word, count in counted.most_common()]
    return plural("doen.summary", len(found), language, words=listing(parts, language))


def _rests_on(context: Context, seen: Outcome, smallest: float) -> str:
    language = context.language
    low, high = sorted(float(value) for value in _ends(seen))

    def signed(value: float) -> str:
        return words.per_cent(value, language, signed=True)

    alt = text(
        "doen.cloud_alt",
        language,
        count=seen.cloud.size,
        low=signed(low),
        high=signed(high),
        effect=signed(seen.effect),
    )
    ticks = tuple((at, signed(at)) for at in (-0.5, -0.2, -0.1, 0.0, 0.1, 0.2, 0.5))
    middle = words.middle(seen, language)
    told = f"<p>{escape(middle)}</p>" if middle else ""
    picture = cloud(seen.cloud, seen.effect, ticks, alt)
    return (
        f'<details class="dw-help"><summary>{escape(text("doen.details", language))}</summary>{told}'
        f"{markup.definitions(words.facts(seen, smallest, language))}"
        f"<h4>{escape(text('doen.cloud_title', language))}</h4>{picture}</details>"
    )


def _ends(seen: Outcome) -> tuple[float, float]:
    """Where chance mostly stays."""
    low, high = np.quantile(seen.cloud, (0.025, 0.975))
    return float(low), float(high)


def _reach(context: Context, found: list[Registered]) -> None:
    language = context.language
    with st.expander(text("doen.report_reach", language)), st.form("reach"):
        one = st.selectbox(text("doen.which_plan", language), found, format_func=lambda one: one.plan.title)
        people = st.number_input(text("doen.reached_people", language), min_value=0, step=1, value=0)
        if st.form_submit_button(text("doen.save", language)):
            tell = partial(interventions.report_reach, workplace.store(), context.subject)
            forms.act(language, "doen.reach_kept", partial(tell, one.id, one.version, int(people)))
