"""Sees to it that a release that was withdrawn is forgotten by a running dashboard, also while nobody looks at a page."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path

import streamlit as st

from apps.dashboard.data import release
from datawerkplaats import publication

LOOK_SECONDS = 15.0
NAME = "withdrawals"


@st.cache_resource(show_spinner=False)
def watch(_publish_dir: Path) -> None:
    """Look in the folder of releases every quarter of a minute; once per process, whatever folder is named later."""
    threading.Thread(target=_watch, args=(_publish_dir,), daemon=True, name=NAME).start()


def _watch(publish_dir: Path) -> None:
    # Asks for no settings: a thread that reads them while somebody else changes them could leave the old ones behind.
    known = _withdrawn(publish_dir)
    while True:
        time.sleep(LOOK_SECONDS)
        with suppress(Exception):
            known = forget_new(publish_dir, known)


def forget_new(publish_dir: Path, known: frozenset[str]) -> frozenset[str]:
    """Forget everything kept in memory if something was withdrawn since `known`; what is withdrawn now."""
    found = _withdrawn(publish_dir)
    if found - known:
        release.forget()
    return found


def _withdrawn(publish_dir: Path) -> frozenset[str]:
    return frozenset(one.publication_id for one in publication.tombstones(publish_dir))
