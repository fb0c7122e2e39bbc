"""The region that all pages are for: of this installation, of the address, or else of earlier in this visit."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components.in_address import tell, told
from apps.dashboard.data.regions import all_regions, looked_at, of_installation
from apps.dashboard.data.release import Release

REGION = "regio"
REMEMBERED_REGION = "remembered_region"
WHOLE = "-"  # asked by who leaves a region for the whole country


def asked_region() -> str:
    """The id of the declared region that the installation is for, else of the address, else of earlier in this visit; or empty."""
    fixed = of_installation()
    if fixed:
        return fixed
    asked = told(REGION)
    if asked == WHOLE:
        return ""
    known = all_regions()
    return next((key for key in (asked, st.session_state.get(REMEMBERED_REGION)) if key in known), None) or ""


def for_region(release: Release) -> Release:
    """The publication as it is looked at now; afterwards the address says for which region."""
    found = looked_at(release, asked_region())
    is_choice = bool(found.region) and found.region != of_installation()
    st.session_state[REMEMBERED_REGION] = found.region if is_choice else ""
    tell(REGION, found.region if is_choice else "")
    return found


def region_for_links() -> str:
    """The region as a link carries it; empty for the one that pages open with."""
    return str(st.session_state.get(REMEMBERED_REGION, ""))
