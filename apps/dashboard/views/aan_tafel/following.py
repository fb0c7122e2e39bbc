"""Volgen: figures and areas that somebody follows, and what a new release changed of them by more than the margin."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import page_link, parameter
from apps.dashboard.components.followed import change_words
from apps.dashboard.components.headline import opening
from apps.dashboard.data import workplace
from apps.dashboard.data.cube import known_region
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import plural, text
from datawerkplaats.workplace import follows
from datawerkplaats.workplace.follows import Follow
from datawerkplaats.workplace.people import Right

MOST_KEY = 240
MOST_SHOWN = 12


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("volgen.title", language), anchor=False)
    opening(text("volgen.intro", language))
    forms.told()
    asked = parameter("volg", MOST_KEY)
    if asked and context.subject.may(Right.READ):
        _offer(context, asked)
    found = follows.followed(workplace.store(), context.subject) if workplace.is_begun() else []
    if not found:
        st.html(markup.note(text("volgen.none", language)))
        page_link(context, "gebied", text("volgen.to_area", language))
    for one in found:
        _one(context, one)


def words(context: Context, region_code: str, indicator_id: str) -> str:
    """What is followed, in words."""
    region = known_region(context.release, region_code)
    area = str(region["name"]) if region else region_code
    if not indicator_id:
        return text("volgen.area", context.language, area=area)
    rows = IndicatorTexts(context)
    return f"{rows.title(indicator_id) if indicator_id in rows.rows else indicator_id}, {area}"


def _offer(context: Context, asked: str) -> None:
    """The button for what the address asks to follow: an area, or an indicator and an area."""
    language = context.language
    indicator_id, _, rest = asked.partition("|") if "|" in asked else ("", "", asked)
    region_code = rest.partition("|")[0]
    named = words(context, region_code, indicator_id)
    st.markdown(text("volgen.asked", language, what=forms.plain(named)))
    if st.button(text("volgen.follow", language), type="primary", icon=":material/notifications:"):

        def begin() -> None:
            shown = follows.newest(
                workplace.asking(context.release), context.release.id, region_code, indicator_id
            )
            follows.follow(workplace.store(), context.subject, region_code, indicator_id, shown)

        forms.act(language, "volgen.followed", begin)


def _one(context: Context, one: Follow) -> None:
    language = context.language
    ask = workplace.asking(context.release)
    changed = follows.changes([one], ask, context.release.id)
    with st.container(border=True):
        st.markdown(f"**{forms.plain(words(context, one.region_code, one.indicator_id))}**")
        if not changed:
            st.html(markup.note(text("volgen.same", language)))
        for change in changed[:MOST_SHOWN]:
            st.html(markup.note(change_words(context, change), "warn"))
        if len(changed) > MOST_SHOWN:
            st.html(markup.note(plural("volgen.more", len(changed) - MOST_SHOWN, language)))
        with st.container(horizontal=True):
            if changed and st.button(text("volgen.seen", language), key=f"seen_{one.id}"):

                def seen() -> None:
                    now = follows.newest(ask, context.release.id, one.region_code, one.indicator_id)
                    follows.mark_seen(workplace.store(), context.subject, one.id, one.version, now)

                forms.act(language, "volgen.seen_done", seen)
            stop = partial(follows.stop_following, workplace.store(), context.subject, one.id)
            if st.button(text("volgen.stop", language), key=f"stop_{one.id}"):
                forms.act(language, "volgen.stopped", stop)
