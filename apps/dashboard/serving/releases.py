"""Which publication a page shows: the newest, or the one that a frozen link names."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from apps.dashboard.components.address import frozen_release, leave_frozen_release
from apps.dashboard.components.region_choice import for_region
from apps.dashboard.components.theme_choice import current_theme
from apps.dashboard.data import release as published_release
from apps.dashboard.data.release import Release
from apps.dashboard.wording.texts import text
from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.base.settings import get_settings


def shown() -> Release:
    """The publication that the address asks for, else the newest.

    Raises:
        DataProblem: `no_publication` if it is not kept (any more), `publication_damaged` or
            `publication_forged` if it is not what was published.
    """
    asked = frozen_release()
    if asked is None:
        release = published_release.current_release()
    else:
        found = publication.named(get_settings().publish_dir, asked)
        release = Release(found.id, found.path, found.mode, found.title, found.published_at)
    published_release.confirm(release.identity)
    return replace(for_region(release), theme=current_theme())


def newest(language: Language) -> None:
    """A button that leaves the frozen publication for the newest one."""
    st.button(text("sleutelen.to_newest", language), on_click=leave_frozen_release, icon=":material/update:")


def gone(error: DataProblem, language: Language) -> bool:
    """Whether the problem is that a frozen link names a publication that is not kept or was withdrawn; if so, says it with a
    way on."""
    if error.code == "publication_withdrawn":
        st.error(
            text("sleutelen.withdrawn", language, id=error.subject, reason=error.found),
            icon=":material/undo:",
        )
        newest(language)
        return True
    if frozen_release() is None or error.code != "no_publication":
        return False
    st.warning(text("sleutelen.release_gone", language))
    newest(language)
    return True


def banner(release: Release, language: Language) -> None:
    """Says that an older publication is shown, where a link has frozen the page to it."""
    if frozen_release() is None:
        return
    left, right = st.columns([4, 1.2], vertical_alignment="center")
    with left:
        st.info(text("sleutelen.frozen", language, id=release.id), icon=":material/ac_unit:")
    with right:
        newest(language)
