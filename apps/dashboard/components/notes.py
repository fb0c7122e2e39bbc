"""Notes beside a figure: what people make of exactly that figure, on a page, in a report and in a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import page_link
from apps.dashboard.components.table_files import Cell, Shown
from apps.dashboard.data import history, periods, workplace
from apps.dashboard.data.release import Release
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace.people import NOBODY, Right, Subject

if TYPE_CHECKING:
    from datawerkplaats.workplace.figures import Figure
    from datawerkplaats.workplace.notes import Note

# Indicator, area, year, age band and sex.
Key = tuple[str, str, int, str, str]


def of(subject: Subject, keys: Sequence[Key], release: Release) -> dict[Key, list[Note]]:
    """Per figure the notes on exactly that figure; none where nobody may read or has written, or the store is away.

    The notes of an area that went into another whole follow it: they stand with the figure of the area of now.
    """
    if not keys or not workplace.is_begun() or not subject.may(Right.READ):
        return {}
    from datawerkplaats.workplace.figures import Selection
    from datawerkplaats.workplace.notes import notes_for

    found: dict[Key, list[Note]] = defaultdict(list)
    before = history.predecessors(release)
    now = {old: code for code, merged in before.items() for old in merged}
    asked = {key[1] for key in keys}
    for note in notes_for(workplace.store(), subject, [Selection(*key) for key in keys], before):
        at = note.selection
        code = at.region_code if at.region_code in asked else now.get(at.region_code, at.region_code)
        moved = replace(note, selection=replace(at, region_code=code))
        found[at.indicator_id, code, at.year, at.age, at.sex].append(moved)
    return found


def panel(context: Context, keys: Sequence[Key], *, may_write: bool = True) -> None:
    """The notes on some figures, and the way to write one about the first."""
    language = context.language
    try:
        found = of(context.subject, keys, context.release)
    except DataProblem as problem:  # the figures go on without the store
        st.html(markup.note(problem.sentence(language), "warn"))
        return
    told = [note for key in dict.fromkeys(keys) for note in found.get(key, [])]
    if told:
        st.html(as_list(context, told, with_figure=len(set(keys)) > 1))
    if may_write and keys and context.subject != NOBODY and context.subject.may(Right.WRITE_NOTE):
        page_link(
            context, "notities", text("notities.write", language), ":material/edit_note:",
            figure="|".join(map(str, keys[0])),
        )  # fmt: skip
        page_link(
            context, "volgen", text("volgen.follow_figure", language), ":material/notifications:",
            volg="|".join(map(str, keys[0][:2])),
        )  # fmt: skip


def as_list(context: Context, notes: Sequence[Note], *, with_figure: bool) -> str:
    """Notes as a list for a page, each with role and date, never with a person."""
    items = "".join(f"<li>{escape(words(context, note, with_figure=with_figure))}</li>" for note in notes)
    title = text("notities.beside", context.language)
    return f'<section class="dw-people-notes"><h4>{escape(title)}</h4><ul>{items}</ul></section>'


def words(context: Context, note: Note, *, with_figure: bool) -> str:
    """One note in one line: kind, text, role, organisation and date; what the figure was when it is another now."""
    language = context.language
    about = f"{figure_words(context, note.then)}: " if with_figure else ""
    who = text(f"identity.role_{note.role}", language)
    by = f"{who}, {note.organisation}" if note.organisation else who
    if note.status == "withdrawn":
        return about + text("notities.withdrawn", language, date=note.written_on)
    gone = workplace.withdrawn(note.then.release_id)
    if gone:
        return about + text("notities.release_withdrawn", language, date=note.written_on, reason=gone)
    kind = text(f"notities.kind_{note.kind}", language)
    evidence = "" if note.evidence == "none" else f"; {text(f'notities.evidence_{note.evidence}', language)}"
    line = f"{about}{kind}: {note.text} ({by}, {note.written_on}{evidence})"
    if note.link:
        line += f" {note.link}"
    now = workplace.figure(context.release, note.selection)
    if now.release_id != note.then.release_id and now.differs_from(note.then):
        texts = IndicatorTexts(context)
        style = texts.style(note.selection.indicator_id, False)
        shown = text("notities.hidden_now", language) if now.value is None else style.value(now.value)
        line += " " + text(
            "notities.then_and_now", language, before=style.value(note.then.value or 0.0), after=shown
        )
    return line


def figure_words(context: Context, figure: Figure) -> str:
    """Which figure, in words: indicator, area, year."""
    from apps.dashboard.data.cube import known_region

    at = figure.selection
    texts = IndicatorTexts(context)
    title = texts.title(at.indicator_id) if at.indicator_id in texts.rows else at.indicator_id
    region = known_region(context.release, at.region_code)
    return f"{title}, {region['name'] if region else at.region_code}, {periods.when(context.release, at.indicator_id, at.year)}"


def in_table(context: Context, shown: Shown, keys: Sequence[Key]) -> Shown:
    """A table with a last column of notes, where there are any: row by row on exactly the figure of that row."""
    try:
        found = of(context.subject, keys, context.release)
    except DataProblem:
        return shown
    if not found:
        return shown

    def cell(key: Key) -> Cell:
        return " / ".join(words(context, note, with_figure=False) for note in found.get(key, []))

    rows = tuple((*row, cell(key)) for row, key in zip(shown.rows, keys, strict=True))
    return replace(shown, columns=(*shown.columns, text("notities.column", context.language)), rows=rows)
