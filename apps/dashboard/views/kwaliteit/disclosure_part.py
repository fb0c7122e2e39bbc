"""The part of the page on protecting people: what was hidden of the figures of partners, and what that cost."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data.release import Release, Row, has_tables, records
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import NO_VALUE, format_value
from apps.dashboard.wording.texts import text

_COLUMNS = ("source", "level", "cells", "suppressed", "hidden_share", "hidden_events")


def hidden_by_source(release: Release) -> list[Row]:
    """Per source and level: cells, hidden cells, their share and the share of events; none in earlier publications.

    The worst year counts for the share of events, as a sum over years would hide it.
    """
    if not has_tables(release, "quality.rpt_disclosure"):
        return []
    sql = """select source_id, title_nl, title_en, region_level, sum(n_cells) as cells, sum(n_hidden) as hidden,
                 sum(n_hidden) / sum(n_cells) as hidden_share, max(hidden_events_share) as hidden_events
             from quality.rpt_disclosure inner join core.dim_source using (source_id)
             group by all order by source_id, region_level"""
    return records(release.identity, sql)


def cost(context: Context, level_name: dict[str, str]) -> None:
    """One sentence and a table of what protection hid; nothing where no partner has delivered."""
    rows = hidden_by_source(context.release)
    if not rows:
        return
    language = context.language

    def share(value: float | None) -> str:
        return NO_VALUE if value is None else format_value(100 * value, "%", 1, language)

    def count(value: float) -> str:
        return format_value(float(value), "", 0, language)

    st.subheader(text("kwaliteit.disclosure_title", language), anchor=False)
    hidden, cells = (sum(row[name] for row in rows) for name in ("hidden", "cells"))
    st.html(
        markup.note(text("kwaliteit.disclosure_told", language, hidden=count(hidden), cells=count(cells)))
    )
    table = [
        [
            context.title_of(row), level_name.get(str(row["region_level"]), str(row["region_level"])), count(row["cells"]),
            count(row["hidden"]), share(row["hidden_share"]), share(row["hidden_events"]),
        ]
        for row in rows
    ]  # fmt: skip
    st.html(markup.table([text(f"kwaliteit.column_{name}", language) for name in _COLUMNS], table))
