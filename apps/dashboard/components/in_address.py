"""What the address says of the whole visit, its theme and region: read before `address`, which may ask for what these allow."""

from __future__ import annotations

import streamlit as st


def told(name: str) -> str | None:
    """What the address says under a name; None where it says nothing."""
    found: str | None = st.query_params.get(name)
    return found


def tell(name: str, value: str) -> None:
    """Let the address say it from now on; an empty value takes the name out."""
    if value and told(name) != value:
        st.query_params[name] = value
    elif not value and name in st.query_params:
        del st.query_params[name]
