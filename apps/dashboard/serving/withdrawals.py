"""Sees to it that a release that was withdrawn is forgotten by a running dashboard, also while nobody looks at a page."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import streamlit as st

from apps.dashboard.data import release
from datawerkplaats import publication
from datawerkplaats.base.settings import get_settings

LOOK_SECONDS = 15.0


@st.cache_resource(show_spinner=False)
def watch() -> None:
    """Look every quarter of a minute; once per process."""
    threading.Thread(target=_watch, daemon=True, name="withdrawals").start()


def _watch() -> None:
    known = _withdrawn()
    while True:
        time.sleep(LOOK_SECONDS)
        with suppress(Exception):
            known = forget_new(known)


def forget_new(known: frozenset[str]) -> frozenset[str]:
    """Forget everything kept in memory if something was withdrawn since `known`; what is withdrawn now."""
    found = _withdrawn()
    if found - known:
        release.forget()
    return found


def _withdrawn() -> frozenset[str]:
    return frozenset(one.publication_id for one in publication.tombstones(get_settings().publish_dir))
