"""Whether a prediction may be shown: what still blocks it by the register, and the way to the answers."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import page_link
from apps.dashboard.data import predictions
from apps.dashboard.data.release import Release
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.governance.artefacts import RISK_AREAS, Artefact

MOST_NAMED = 5


def artefact(release: Release) -> Artefact:
    """What the publication that is shown predicts with."""
    return predictions.artefact(release)


def risk_is_open(context: Context, *, link: bool = True) -> bool:
    """Whether the risk models may be shown; else says what blocks. With `link` the answers are one click away."""
    language = context.language
    blocked = _blocked(context)
    if blocked:
        say_blocked(blocked, language)
    if link:
        with st.container(horizontal=True):
            why_link(context, RISK_AREAS)
            page_link(context, "loket", text("loket.to_desk", language))
    return not blocked


def say_blocked(sentences: list[str], language: Language) -> None:
    """Say that something may not be used, and the first few things that block it."""
    st.warning(text("vragen.refused", language), icon=":material/block:")
    st.markdown("\n".join(f"- {sentence}" for sentence in sentences[:MOST_NAMED]))
    if len(sentences) > MOST_NAMED:
        st.html(markup.note(text("vragen.and_more", language, number=len(sentences) - MOST_NAMED)))


def why_link(context: Context, system: str) -> None:
    """The way to the answers and decisions about a system."""
    page_link(context, "vragen", text("vragen.why", context.language), ":material/gavel:", system=system)


def _blocked(context: Context) -> list[str]:
    """What blocks, in the language of the page; a register that cannot be read blocks as well."""
    try:
        found = predictions.blockers(context.release)
    except DataProblem as problem:
        return [problem.sentence(context.language)]
    return [one.nl if context.language == "nl" else one.en for one in found]
