"""What can be asked of the themes of a release."""

from __future__ import annotations

import duckdb

from apps.api.known import roles_in_themes
from apps.api.questions import Page, page_of


def of_release(con: duckdb.DuckDBPyConnection, number: int, size: int) -> Page:
    """Themes, with how many public figures play which role in each."""
    sql = f"""select theme_id, count(*) filter (role = 'indicator') as indicators,
                 count(*) filter (role = 'determinant') as determinants, count(*) filter (role = 'outcome') as outcomes
              from ({roles_in_themes(con)}) as roles join shown_indicator as i using (indicator_id)
              where i.is_public and i.status = 'active' group by theme_id"""
    return page_of(con, sql, [], "theme_id", number, size)
