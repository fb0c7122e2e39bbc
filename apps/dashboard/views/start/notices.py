"""What happened with deliveries, in words for everyone: which source, what is the matter, what that means and who acts.

The full sentence with file, row and column is for the administrator (`dwp status`); here no path and no half-translated text.
"""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data import queries
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import PROBLEMS, Language

MOST_APART = 3
# Who acts is the same for many kinds of problem; a kind that is not named here is for the administrator.
ACTIONS = {
    "deliver": ("missing_delivery",),
    "again": (
        "service_unavailable", "page_incomplete", "page_out_of_order", "request_refused", "row_count_mismatch",
        "table_changed",
    ),
    "find": ("table_not_found", "unknown_measure"),
    "mend": (
        "wrong_delimiter", "missing_column", "duplicate_key", "unknown_region", "not_a_number", "empty_file",
        "unreadable_file", "no_rows", "duplicate_column", "uneven_row", "wrong_encoding", "not_geojson",
        "unsupported_file", "column_count_mismatch", "ambiguous_column", "edition_twice", "rows_left_out",
        "not_a_year", "formula_not_worked_out", "older_delivery",
    ),
    "check": ("expectation_failed",),
}  # fmt: skip
_LOCAL = re.compile(r"(?:^|[\s'\"(])(?:/|[A-Za-z]:\\|~/|\w+://)\S")


def sentence(notice: dict[str, Any], title: str, language: Language) -> str:
    """What is the matter with a source, what it means for the figures and who acts."""
    kind = _kind(notice)
    meaning = text(f"start.notice_means_{kind}", language)
    code = str(notice.get("code") or "")
    if code not in PROBLEMS:
        told = str(notice.get(f"sentence_{language}") or "")
        return told if told and not _LOCAL.search(told) else f"{title}. {meaning}"
    action = next((name for name, codes in ACTIONS.items() if code in codes), "other")
    return f"{title}: {PROBLEMS[code][language]}. {meaning} {text(f'start.notice_action_{action}', language)}"


def _kind(notice: dict[str, Any]) -> str:
    kind = str(notice.get("kind"))
    return kind if kind in ("rejected", "incomplete", "earlier") else "absent"


def show(context: Context) -> None:
    """Draw what needs attention; many absent sources together, with a table for who wants to know each."""
    language = context.language
    items: list[tuple[str, str]] = []
    failed_at = queries.failed_update()
    if failed_at:
        told = text("start.update_failed", language, date=format_date(failed_at, language))
        items.append((text("start.notice_update", language), told))
    titles = {row["source_id"]: context.title_of(row) for row in queries.sources(context.release)}
    found = [
        (item, titles.get(item.get("source_id", ""), item.get("source_id", ""))) for item in queries.notices()
    ]
    absent = [pair for pair in found if _kind(pair[0]) == "absent"]
    together = len(absent) > MOST_APART
    for item, title in found:
        kind = _kind(item)
        if kind != "absent" or not together:
            items.append((text(f"start.notice_{kind}", language), sentence(item, title, language)))
    if together:
        names = [title for _, title in absent[:MOST_APART]]
        more = text("verkennen.and_more", language, count=len(absent) - MOST_APART)
        told = text(
            "start.notice_many",
            language,
            count=len(absent),
            names=f"{listing(names[:-1], language)}, {names[-1]} {more}",
        )
        items.append((text("start.notice_absent", language), told))
    if items:
        st.html(markup.notices(text("start.notices_title", language), items))
    if together:
        with st.expander(text("start.notice_list", language, count=len(absent)), icon=":material/list:"):
            header = [text("start.column_source", language), text("start.column_state", language)]
            rows = [
                [title, sentence(item, title, language).removeprefix(f"{title}: ")] for item, title in absent
            ]
            st.html(markup.table(header, rows))
