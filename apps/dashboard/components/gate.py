"""Whether a prediction may be shown: what still blocks it by the register, and the way to the answers."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import page_link
from apps.dashboard.data import predictions
from apps.dashboard.data.release import Release
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance.artefacts import Artefact

MOST_NAMED = 5


def artefact(release: Release) -> Artefact:
    """What the publication that is shown predicts with."""
    return predictions.artefact(release)


def risk_is_open(context: Context, *, link: bool = True) -> bool:
    """Whether the risk models may be shown; else says what blocks. With `link` the answers are one click away."""
    language = context.language
    blocked = _blocked(context)
    if blocked:
        st.warning(text("vragen.refused", language), icon=":material/block:")
        st.markdown("\n".join(f"- {sentence}" for sentence in blocked[:MOST_NAMED]))
        if len(blocked) > MOST_NAMED:
            st.html(markup.note(text("vragen.and_more", language, number=len(blocked) - MOST_NAMED)))
    if link:
        page_link(context, "vragen", text("vragen.why", language), ":material/gavel:")
    return not blocked


def _blocked(context: Context) -> list[str]:
    """What blocks, in the language of the page; a register that cannot be read blocks as well."""
    try:
        found = predictions.blockers(context.release)
    except DataProblem as problem:
        return [problem.sentence(context.language)]
    return [one.nl if context.language == "nl" else one.en for one in found]
