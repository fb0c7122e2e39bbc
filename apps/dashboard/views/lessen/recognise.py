"""The game with the made-up village: choose how close the copy is, point at somebody, and see what the auditor finds."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.views.lessen import village
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text

SHOWN = 12
LIKENESS = (0, 25, 50, 75, 100)


def show(context: Context) -> None:
    """Draw the game."""
    language = context.language
    seed = int(st.session_state.setdefault("village_seed", 1))
    likeness = st.segmented_control(
        text("lessen.likeness", language), LIKENESS, default=50, format_func=lambda one: f"{one}%", key="village_likeness"
    )  # fmt: skip
    people = village.drawn(seed)
    copy = village.copied(people, likeness or 0, seed)
    header = [text("lessen.village_row", language)]
    header += [text(f"lessen.village_{name}", language) for name in village.FIELDS]
    rows = [
        [str(number), *(text(f"lessen.village_{name}_{value}", language) for name, value in named(row))]
        for number, row in enumerate(copy[:SHOWN], start=1)
    ]
    st.html(markup.table(header, rows, text("lessen.village_caption", language, people=len(people))))
    with st.form("village"):
        pointed = st.selectbox(text("lessen.village_point", language), range(1, SHOWN + 1))
        expected = st.slider(text("lessen.village_expect", language), 0, village.PEOPLE, village.PEOPLE // 2)
        if not st.form_submit_button(text("lessen.village_look", language), type="primary"):
            return
    _result(context, people, copy, seed, int(pointed or 1), int(expected))
    if st.button(text("lessen.village_again", language)):
        st.session_state["village_seed"] = seed + 1
        st.rerun()


def named(row: village.Person) -> list[tuple[str, str]]:
    """The fields of a row by name; street and age as texts know them."""
    return [
        (name, value.replace("-", "_").replace("+", "_plus"))
        for name, value in zip(village.FIELDS, row, strict=True)
    ]


def _result(
    context: Context,
    people: list[village.Person],
    copy: list[village.Person],
    seed: int,
    pointed: int,
    expected: int,
) -> None:
    language = context.language
    kind = "real" if village.is_real(copy[pointed - 1], people) else "made"
    st.html(markup.note(text(f"lessen.village_{kind}", language, row=pointed)))
    played = village.audited(people, copy, seed)
    told = text(
        "lessen.village_auditor", language, right=played.right, people=played.people, strangers=played.strangers_right,
        expected=expected, gained=played.gained,
    )  # fmt: skip
    st.html(markup.note(told, "warn" if played.gained > 0 else "plain"))
