"""The twelve cells, the questions with their answers, the decisions, and what stands open with who is to answer."""

from __future__ import annotations

from collections import Counter
from datetime import date

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.views.vragen.asked import COLOURS, Looked
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.governance import gate
from datawerkplaats.governance.accounts import Account
from datawerkplaats.governance.declarations import PHASES


def decisions(found: Looked) -> None:
    """The decisions that were taken."""
    language, known = found.context.language, found.known
    st.subheader(text("vragen.decisions", language), anchor=False)
    if known is None or not known.decisions:
        st.html(markup.note(text("vragen.decisions_none", language)))
        return
    for one in known.decisions:
        outcome = text(f"vragen.outcome_{one.outcome}", language)
        role = text(f"identity.role_{one.role}", language)
        phase = found.words(found.asked.phases[one.phase])
        st.html(markup.note(f"{phase} {outcome} ({role}, {one.decided_on}). {one.conditions}"))


def twelve(found: Looked) -> None:
    """The twelve cells, each with a sign, words and a colour that say the same."""
    language, asked = found.context.language, found.asked
    st.subheader(text("vragen.cells", language), anchor=False)
    header = [text("vragen.phase", language), *(found.words(one) for one in asked.values.values())]
    rows = []
    for phase in PHASES:
        cells = [found.words(asked.phases[phase])]
        is_later = phase == "use" and found.known is not None and _has_time(found.known)
        for value in asked.values:
            questions = asked.cell(phase, value, found.system.kind)
            counts = Counter(found.states[one.question_id] for one in questions)
            cells.append(_cell(counts, is_later=is_later, language=language))
        rows.append(cells)
    st.html(markup.coloured_table(header, rows, COLOURS))


def _cell(counts: Counter[str], *, is_later: bool, language: Language) -> str:
    still_open = sum(counts.values()) - counts["done"] - counts["doubt"] - counts["soon"]
    if not counts:
        return text("vragen.cell_not_asked", language)
    if is_later and still_open:
        return text("vragen.cell_later", language)
    if still_open:
        return text("vragen.cell_open", language, number=still_open)
    return text(
        f"vragen.cell_{'doubt' if counts['doubt'] else 'soon' if counts['soon'] else 'done'}", language
    )


def _has_time(known: Account) -> bool:
    """Whether the questions of use may still be open: they are answered within ninety days of first use."""
    first = known.system.first_used_on
    return first is None or date.today() <= date.fromisoformat(first) + gate.FIRST_ANSWERS


def answers(found: Looked) -> None:
    """Every question with its state, who answers it, and the answer."""
    language = found.context.language
    st.subheader(text("vragen.answers", language), anchor=False)
    names = ("question", "state", "who", "answer", "until")
    header = [text(f"vragen.column_{name}", language) for name in names]
    for phase in PHASES:
        rows = []
        for question in found.asked.of_phase(phase, found.system.kind):
            answer = found.known.answers.get(question.question_id) if found.known else None
            told = answer.text if answer else ""
            if answer and answer.mitigation:
                told += f" {text('vragen.mitigation', language, word=answer.mitigation)}"
            rows.append(
                [
                    f"{question.question_id} {found.words(question)}",
                    text(f"vragen.state_{found.states[question.question_id]}", language),
                    found.who(question),
                    told,
                    answer.valid_until if answer else "",
                ]
            )
        with st.expander(found.words(found.asked.phases[phase])):
            st.html(markup.coloured_table(header, rows, COLOURS))
