"""What the page says of who is there: a way in, a way out, and that the local user is everybody."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.serving import identity
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.base.settings import get_settings
from datawerkplaats.workplace.people import LOCAL, Subject

_AWAY = "provider_away"


def let_in(page: str, who: Subject | DataProblem, language: Language) -> Subject | None:
    """The subject who may see the page; else says what to do, and gives nothing."""
    if isinstance(who, DataProblem):
        st.subheader(text("identity.refused_title", language), anchor=False)
        st.warning(who.sentence(language))
        if who.code == "sign_in_refused":
            st.button(
                text("identity.sign_out", language), on_click=identity.end_visit, icon=":material/logout:"
            )
        return None
    if identity.may_open(page, who):
        return who
    st.subheader(text("identity.closed_title", language), anchor=False)
    if who.roles:
        st.warning(text("identity.no_reader", language, roles=role_words(who, language)))
        st.button(text("identity.sign_out", language), on_click=identity.end_visit, icon=":material/logout:")
    else:
        st.info(text("identity.closed", language))
        st.button(
            text("identity.sign_in", language), on_click=_sign_in, type="primary", icon=":material/login:"
        )
        _tell_if_away(language)
    return None


def _sign_in() -> None:
    """To the provider, if it answers: Streamlit would show a page of its own where it does not."""
    if identity.provider_answers(get_settings()):
        st.login()
    else:
        st.session_state[_AWAY] = True


def _tell_if_away(language: Language) -> None:
    """Once, after somebody wanted to sign in and could not."""
    if st.session_state.pop(_AWAY, False):
        st.warning(text("identity.provider_away", language))


def who_is_here(who: Subject, language: Language) -> None:
    """Below the page: who is signed in, with a way out; or that on this machine everybody has all roles."""
    if who == LOCAL:
        st.html(markup.note(text("identity.local", language)))
        return
    if not identity.has_provider(get_settings()):
        return
    with st.container(horizontal=True, key="who_is_here", vertical_alignment="center"):
        if not who.roles:
            st.button(text("identity.sign_in", language), on_click=_sign_in, icon=":material/login:")
            _tell_if_away(language)
            return
        of = f" · {who.organisation}" if who.organisation else ""
        st.html(markup.note(text("identity.signed_in", language, roles=role_words(who, language), of=of)))
        st.button(text("identity.sign_out", language), on_click=identity.end_visit, icon=":material/logout:")


def role_words(who: Subject, language: Language) -> str:
    """The roles of somebody as readers call them."""
    return listing([text(f"identity.role_{role}", language) for role in sorted(who.roles)], language)
