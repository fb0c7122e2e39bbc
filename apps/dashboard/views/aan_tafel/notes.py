"""Notities bij cijfers: schrijven bij een cijfer, eigen notities, en het oordeel van de beheerder."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup, notes
from apps.dashboard.components.address import page_link, parameter
from apps.dashboard.components.headline import opening
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import text
from datawerkplaats.workplace import notes as kept
from datawerkplaats.workplace.figures import Selection
from datawerkplaats.workplace.people import Right

MOST_KEY = 240


def render(context: Context) -> None:
    """Draw the page."""
    language, subject = context.language, context.subject
    st.title(text("notities.title", language), anchor=False)
    opening(text("notities.intro", language))
    forms.told()
    asked = parameter("figure", MOST_KEY)
    if asked:
        _about(context, asked)
    else:
        st.html(markup.note(text("notities.none_chosen", language)))
        page_link(context, "verkennen", text("notities.to_explore", language))
    if subject.may(Right.MODERATE) and workplace.is_begun():
        _waiting(context)
    if subject.may(Right.WRITE_NOTE):
        _own(context)


def _about(context: Context, asked: str) -> None:
    language = context.language
    try:
        selection = Selection.of_key(asked)
    except ValueError:
        st.html(markup.note(text("notities.unknown_figure", language), "warn"))
        return
    figure = workplace.figure(context.release, selection)
    texts = IndicatorTexts(context)
    if selection.indicator_id not in texts.rows or figure.value is None:
        st.html(markup.note(text("notities.unknown_figure", language), "warn"))
        return
    st.subheader(text("notities.about", language, title=notes.figure_words(context, figure)), anchor=False)
    shown = texts.style(selection.indicator_id, False).value(figure.value)
    st.markdown(text("notities.value_now", language, value=shown))
    key = (selection.indicator_id, selection.region_code, selection.year, selection.age, selection.sex)
    notes.panel(context, [key], may_write=False)
    if not context.subject.may(Right.WRITE_NOTE):
        return
    with st.form("note"):
        kind = st.segmented_control(
            text("notities.kind", language), kept.KINDS, default=kept.KINDS[1],
            format_func=lambda one: text(f"notities.kind_{one}", language),
        )  # fmt: skip
        told = st.text_area(
            text("notities.words", language), max_chars=600, help=text("notities.words_help", language)
        )
        left, right = st.columns(2)
        evidence = left.selectbox(
            text("notities.evidence", language), kept.EVIDENCE,
            format_func=lambda one: text(f"notities.evidence_{one}", language),
        )  # fmt: skip
        link = right.text_input(text("notities.link", language), max_chars=400)
        if st.form_submit_button(text("notities.save", language), type="primary"):
            write = partial(kept.write_note, workplace.store(), context.subject, figure)
            forms.act(
                language, "notities.saved",
                lambda: write(kind=kind or kept.KINDS[1], text=told, evidence=evidence, link=link.strip()),
            )  # fmt: skip


def _waiting(context: Context) -> None:
    language = context.language
    st.subheader(text("notities.waiting_title", language), anchor=False)
    waiting = kept.waiting_notes(workplace.store(), context.subject)
    if not waiting:
        st.html(markup.note(text("notities.waiting_none", language)))
    for note in waiting:
        with st.container(border=True):
            st.html(markup.note(notes.words(context, note, with_figure=True)))
            with st.container(horizontal=True):
                for label, status in (("share", "shared"), ("withdraw", "withdrawn")):
                    if st.button(text(f"notities.{label}", language), key=f"{label}_{note.id}"):
                        move = partial(kept.move_note, workplace.store(), context.subject)
                        forms.act(language, "notities.moved", partial(move, note.id, note.version, status))


def _own(context: Context) -> None:
    language = context.language
    st.subheader(text("notities.own_title", language), anchor=False)
    own = kept.own_notes(workplace.store(), context.subject) if workplace.is_begun() else []
    if not own:
        st.html(markup.note(text("notities.own_none", language)))
    for note in own:
        with st.container(border=True):
            st.html(markup.badges([(text(f"notities.status_{note.status}", language), "plain")]))
            st.html(markup.note(notes.words(context, note, with_figure=True)))
            if note.status == "draft":
                with st.expander(text("notities.edit", language)), st.form(f"edit_{note.id}"):
                    told = st.text_area(text("notities.words", language), note.text, max_chars=600)
                    if st.form_submit_button(text("notities.edit", language)):
                        edit = partial(kept.edit_note, workplace.store(), context.subject)
                        forms.act(language, "notities.edited", partial(edit, note.id, note.version, told))
