"""Which publication a page shows: the newest, or the one that a frozen link names."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.data import queries
from apps.dashboard.data.queries import Release
from apps.dashboard.wording.texts import text
from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.base.settings import get_settings

RELEASE_PARAMETER = "release"
MOST_CHARACTERS = 80


def frozen_id() -> str | None:
    """The publication that the address asks for, if any."""
    asked = st.query_params.get(RELEASE_PARAMETER)
    return asked[:MOST_CHARACTERS] if asked else None


def shown() -> Release:
    """The publication that the address asks for, else the newest.

    Raises:
        DataProblem: `no_publication` if it is not kept (any more), `publication_damaged` if it cannot be read.
    """
    asked = frozen_id()
    if asked is None:
        return queries.current_release()
    found = publication.named(get_settings().publish_dir, asked)
    return Release(found.id, found.path, found.mode, found.title, found.published_at)


def newest(language: Language) -> None:
    """A button that leaves the frozen publication for the newest one."""
    st.button(text("sleutelen.to_newest", language), on_click=_forget, icon=":material/update:")


def _forget() -> None:
    if RELEASE_PARAMETER in st.query_params:
        del st.query_params[RELEASE_PARAMETER]


def gone(error: DataProblem, language: Language) -> bool:
    """Whether the problem is that a frozen link names a publication that is not kept; if so, says it with a way on."""
    if frozen_id() is None or error.code != "no_publication":
        return False
    st.warning(text("sleutelen.release_gone", language))
    newest(language)
    return True


def banner(release: Release, language: Language) -> None:
    """Says that an older publication is shown, where a link has frozen the page to it."""
    if frozen_id() is None:
        return
    left, right = st.columns([4, 1.2], vertical_alignment="center")
    with left:
        st.info(text("sleutelen.frozen", language, id=release.id), icon=":material/ac_unit:")
    with right:
        newest(language)
