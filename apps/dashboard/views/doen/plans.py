"""The register: every plan with its word, what that rests on, and the reach that is told."""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape

import numpy as np
import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.charts.cloud import cloud
from apps.dashboard.data import workplace
from apps.dashboard.profile import plans_here
from apps.dashboard.wording import doing as words
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_date, format_number
from apps.dashboard.wording.texts import plural, text
from datawerkplaats.effects.verdict import Outcome
from datawerkplaats.workplace import interventions
from datawerkplaats.workplace.interventions import Registered
from datawerkplaats.workplace.people import Right

_MARK = 8  # characters of the digest that are shown


def show(context: Context, found: list[Registered]) -> None:
    """Draw the plans."""
    language = context.language
    st.subheader(text("doen.plans_title", language), anchor=False)
    if not found:
        st.html(markup.note(text("doen.plans_none", language)))
        return
    st.html(f'<div class="dw-plans">{"".join(_card(context, one, found) for one in found)}</div>')
    if context.subject.may(Right.AGREE):
        _reach(context, found)


def _card(context: Context, one: Registered, everything: list[Registered]) -> str:
    language, plan = context.language, one.plan
    rows = IndicatorTexts(context).rows
    outcome = context.title_of(rows[plan.indicator_id]) if plan.indicator_id in rows else plan.indicator_id
    facts = text(
        "doen.plan_facts", language, areas=plural("doen.areas", len(plan.starts), language), year=plan.first,
        outcome=outcome, why=text(f"doen.why_{plan.chosen_by}", language),
    )  # fmt: skip
    frozen = text(
        "doen.frozen", language, date=format_date(date.fromisoformat(one.frozen_on), language),
        organisation=one.organisation, year=one.newest_known,
        hash=one.plan_hash[:_MARK],
    )  # fmt: skip
    reached = (
        text("doen.reached_none", language)
        if one.reached is None
        else text("doen.reached", language, count=format_number(one.reached, 0, language))
    )
    body = _seen(context, one, everything)
    return (
        f'<article class="dw-plan"><h4>{escape(plan.title)}</h4><p class="dw-plan-facts">{escape(facts)}</p>{body}'
        f'<p class="dw-plan-facts">{escape(reached)} {escape(_promised(one, context))} {escape(frozen)}</p></article>'
    )


def _promised(one: Registered, context: Context) -> str:
    if one.promised is None:
        return ""
    effect = words.per_cent(one.plan.smallest_effect, context.language, signed=True)
    return text("doen.promised", context.language, effect=effect, chance=words.chance(one.promised))


def _seen(context: Context, one: Registered, everything: list[Registered]) -> str:
    told = plans_here.said(context.release, one, everything, context.language)
    body = f'<p class="dw-verdict dw-verdict-{told.kind}"><strong>{escape(told.word)}.</strong> {escape(told.sentence)}</p>'
    if not isinstance(told.seen, Outcome):
        return body
    return body + _rests_on(context, told.seen, one.plan.smallest_effect)


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
