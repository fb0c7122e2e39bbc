"""Where to start: by need with its uncertainty, beside an even spread and a lot; a lot among near-equals where it is asked for."""

from __future__ import annotations

import numpy as np
import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import Address
from apps.dashboard.data import counts
from apps.dashboard.data.counts import Counts
from apps.dashboard.wording import doing as words
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import is_ranked
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import text
from datawerkplaats.effects.allocation import Allocation, allocate
from datawerkplaats.statistics.intervals import poisson_interval

_CAPACITIES = ("3", "5", "10", "20")
_SEED = 20221201


def show(context: Context, address: Address) -> None:
    """Draw the choice and what it reaches."""
    language = context.language
    st.subheader(text("doen.where_title", language), anchor=False)
    options = needs_of(context)
    if not options:
        st.html(markup.note(text("doen.no_outcomes", language)))
        return
    st.html(markup.note(text("doen.where_intro", language)))
    left, right = st.columns([3, 1])
    names = outcome_names(context, list(options))
    chosen = address.one(
        "outcome",
        list(options),
        next(iter(options)),
        text("doen.outcome", language),
        names.__getitem__,
        column=left,
    )
    known = counts.counts(context.release, *options[chosen])
    if known is None:
        return
    fitting = [one for one in _CAPACITIES if int(one) < len(known.codes)]
    if not fitting:
        return
    capacity = address.one(
        "capacity", fitting, fitting[0], text("doen.capacity", language), str, column=right
    )
    _draw(context, known, int(capacity), address)


def needs_of(context: Context) -> dict[str, tuple[str, str]]:
    """Figures with their level that areas may be chosen by: by need is an order, so only what may be put in order."""
    rows = IndicatorTexts(context).rows
    return {
        f"{one}|{level}": (one, level)
        for one, level, *_ in counts.outcomes(context.release)
        if one in rows and is_ranked(rows[one])
    }


def outcome_names(context: Context, options: list[str]) -> dict[str, str]:
    """What people see of an outcome and its level."""
    rows = IndicatorTexts(context).rows
    told = {}
    for option in options:
        indicator, level = option.split("|")
        title = context.title_of(rows[indicator]) if indicator in rows else indicator
        told[option] = (
            f"{title} ({text(f'verkennen.level_{level}', context.language).split(' (')[0].lower()})"
        )
    return told


def _draw(context: Context, known: Counts, capacity: int, address: Address) -> None:
    language = context.language
    number = known.events[:, -1]
    seen = np.isfinite(number)
    codes = np.array(known.codes)[seen]
    named = dict(zip(known.codes, known.names, strict=True))
    margin = poisson_interval(number[seen])
    low, high = np.asarray(margin.lower), np.asarray(margin.upper)
    groups = np.unique(np.array(known.gemeenten)[seen], return_inverse=True)[1].astype(np.int64)
    found = allocate(number[seen], low, high, capacity, seed=_SEED, groups=groups)

    def people(value: float) -> str:
        return text("doen.people", language, count=format_number(value, 0, language))

    st.html(
        markup.facts(
            [
                (text("doen.by_need", language), people(found.by_need)),
                (text("doen.by_spread", language), people(found.by_spread)),
                (text("doen.by_lot", language), people(found.by_lot)),
            ]
        )
    )
    header = [
        text("doen.column_area", language), text("doen.column_people", language), text("doen.column_margin", language),
        text("doen.column_often", language, count=capacity),
    ]  # fmt: skip
    rows = [
        [
            named[str(codes[at])], format_number(float(number[seen][at]), 0, language),
            f"{format_number(float(low[at]), 0, language)}–{format_number(float(high[at]), 0, language)}",
            text("doen.often", language, chance=words.chance(float(found.often[at]))),
        ]
        for at in found.chosen
    ]  # fmt: skip
    st.html(markup.table(header, rows))
    if st.toggle(text("doen.near_option", language), value=False, key="doen_near"):
        st.html(markup.note(_near(context, found, capacity)))


def _near(context: Context, found: Allocation, capacity: int) -> str:
    language, left = context.language, capacity - found.sure.size
    if found.near.size <= left:
        return text("doen.near_none", language)
    share = words.per_cent(found.by_near_lot / max(found.by_need, 1e-9), language)
    return text(
        "doen.near_told", language, sure=found.sure.size, left=left, near=found.near.size, share=share
    )
