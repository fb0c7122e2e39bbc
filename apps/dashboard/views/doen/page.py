"""Doen: what we do and what is seen of it, the programme of the region, a new plan, where to start, and what is known to help."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import approach, forms, markup
from apps.dashboard.components.address import Address
from apps.dashboard.components.headline import opening
from apps.dashboard.data import workplace
from apps.dashboard.data.helping import approaches
from apps.dashboard.views.doen import new_plan, plans, programme, where
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import text
from datawerkplaats.workplace import interventions
from datawerkplaats.workplace.interventions import Registered


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    address = Address("doen", language)
    st.title(text("doen.title", language), anchor=False)
    opening(text("doen.intro", language))
    forms.told()
    found: list[Registered] = []
    if workplace.is_begun():
        found = interventions.plans(workplace.store(), context.subject)
    plans.show(context, found)
    programme.show(context)
    where.show(context, address)
    new_plan.show(context, address, found)
    address.settle()
    _known(context)


def _known(context: Context) -> None:
    """The whole list, folded: what stands out on an area's page is a part of it."""
    language = context.language
    everything = approaches(context.release, language)
    if not everything:
        return
    st.subheader(text("helpt.title", language), anchor=False)
    titles = {key: context.title_of(row) for key, row in IndicatorTexts(context).rows.items()}
    pairs = [(one, [titles[key] for key in one.indicators if key in titles]) for one in everything]
    st.html(markup.note(text("doen.helps_intro", language)) + approach.cards(pairs, language, 0))
