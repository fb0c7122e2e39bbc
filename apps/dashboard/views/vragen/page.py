"""De vragen: per system the twelve cells with what is open and who is to answer, the decisions, the record, and the forms."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import forms, gate, markup
from apps.dashboard.components.address import Address
from apps.dashboard.components.headline import opening
from apps.dashboard.data import systems, workplace
from apps.dashboard.data.systems import Named
from apps.dashboard.views.vragen import (
    asked,
    beside,
    cells,
    desk,
    exercise,
    forms_part,
    register_part,
    reliance_part,
)
from apps.dashboard.views.vragen.asked import Looked
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import accounts, declarations


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("vragen.title", language), anchor=False)
    opening(text("vragen.intro", language))
    forms.told()
    if context.release.is_fictional:
        st.info(text("vragen.example", language), icon=":material/science:")
    address = Address("vragen", language)
    found = _look(context, _chosen(context, address))
    address.settle()
    _standing(found)
    cells.decisions(found)
    if found.known is not None:
        beside.show(context, found.known.system.id)
    cells.twelve(found)
    cells.answers(found)
    forms_part.show(found)
    if found.known is not None:
        reliance_part.show(found)
        register_part.show(found)
    exercise.show(context)
    desk.show(context)


def _chosen(context: Context, address: Address) -> Named:
    """The system that the page is about, by its name in the register."""
    language, known = context.language, {one.name: one for one in systems.all_of_them(context.subject)}
    name = address.one(
        "system", list(known), next(iter(known)), text("vragen.which_system", language),
        lambda one: f"{known[one].nl if language == 'nl' else known[one].en} ({text(f'vragen.kind_{known[one].kind}', language)})",
    )  # fmt: skip
    return known[str(name)]


def _look(context: Context, system: Named) -> Looked:
    held = accounts.account(workplace.store(), context.subject, system.id) if system.id else None
    made = systems.made_of(context.release, system)
    return asked.look(context, declarations.load(get_settings().catalogue_dir), system, made, held)


def _standing(found: Looked) -> None:
    """Whether the system may be used now, and what blocks it."""
    language = found.context.language
    if not found.artefact.sha256:
        st.html(markup.note(text(f"vragen.nothing_{found.system.kind}", language)))
        if not found.system.id:
            return
    try:
        blocking = systems.blockers(found.context.release, found.system, found.artefact)
        told = [one.nl if language == "nl" else one.en for one in blocking]
    except DataProblem as problem:
        told = [problem.sentence(language)]
    if not told:
        st.success(text("vragen.may_be_used", language), icon=":material/check_circle:")
        return
    gate.say_blocked(told, language)
