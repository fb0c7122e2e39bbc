"""What people made of figures: notes bound to exactly their figure, with the figure then and now; never a name.

They are kept beside the releases and change by the hour, so no answer is kept. Behind a sign-in a reader is somebody with a
role, and this service knows nobody: then it gives none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa

from apps.api.known import rows_of
from apps.api.questions import Page
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.workplace.figures import Figure, Selection
from datawerkplaats.workplace.notes import Note, readable_notes
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.store import open_store

SCHEMA = pa.schema(
    [
        ("indicator_id", pa.string()), ("region_code", pa.string()), ("year", pa.int32()), ("age_band", pa.string()),
        ("sex", pa.string()), ("kind", pa.string()), ("text", pa.string()), ("organisation", pa.string()),
        ("role", pa.string()), ("evidence", pa.string()), ("link", pa.string()), ("status", pa.string()),
        ("written_on", pa.string()), ("expires_on", pa.string()), ("release_then", pa.string()),
        ("value_then", pa.float64()), ("lower_then", pa.float64()), ("upper_then", pa.float64()),
        ("value_now", pa.float64()), ("has_changed", pa.bool_()),
    ]
)  # fmt: skip
_NOW = """select value, lower, upper from shown_obs
where indicator_id = ? and region_code = ? and year = ? and age_band = ? and sex = ? limit 1"""


def notes(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    withdrawn: Sequence[str],
    release_id: str,
    indicators: Sequence[str],
    regions: Sequence[str],
    years: Sequence[int],
    number: int,
    size: int,
) -> Page:
    """A page of notes that everybody may read, newest first.

    Raises:
        DataProblem: `not_allowed` where people sign in, `page_beyond_end`, `store_unavailable`.
    """
    if settings.sign_in_file is not None:
        raise DataProblem(
            "not_allowed", subject="notes", expected="somebody who signed in on the pages",
            remedy="read them on the pages, in a report or in a CSV file from there",
        )  # fmt: skip
    begun = settings.workplace_url is not None or (settings.workplace_dir / "workplace.db").exists()
    found: list[Note] = []
    if begun:
        store = open_store(settings)
        try:
            found = readable_notes(store, LOCAL, indicators=indicators, regions=regions, years=years)
        finally:
            store.engine.dispose()
    # A note repeats its figure: it is told of figures that everybody may see, and of no other.
    shown = {row["indicator_id"] for row in rows_of(con, "select indicator_id from shown_indicator")}
    found = [one for one in found if one.selection.indicator_id in shown]
    if number > max(1, -(-len(found) // size)):
        raise DataProblem(
            "page_beyond_end", subject="page", expected="a page that there is", found=str(number)
        )
    part = found[(number - 1) * size : number * size]
    rows = [_row(one, _now(con, release_id, one.selection), one.then.release_id in withdrawn) for one in part]
    return Page(pa.Table.from_pylist(rows, SCHEMA), len(found), number, size)


def _now(con: duckdb.DuckDBPyConnection, release_id: str, at: Selection) -> Figure:
    found = con.execute(_NOW, (at.indicator_id, at.region_code, at.year, at.age, at.sex)).fetchone()
    return Figure(release_id, at, *(found or (None, None, None)))


def _row(one: Note, now: Figure, is_withdrawn: bool) -> dict[str, Any]:
    """One note; of a release that was taken back neither the figure nor what was said of it."""
    at, then = one.selection, one.then
    shown = {"text": one.text, "link": one.link, "status": one.status}
    before = {"value_then": then.value, "lower_then": then.lower, "upper_then": then.upper}
    if is_withdrawn:
        shown = {"text": "", "link": "", "status": "withdrawn"}
        before = dict.fromkeys(before)
    return {
        "indicator_id": at.indicator_id, "region_code": at.region_code, "year": at.year, "age_band": at.age, "sex": at.sex,
        "kind": one.kind, "organisation": one.organisation, "role": one.role, "evidence": one.evidence,
        "written_on": one.written_on, "expires_on": one.expires_on, "release_then": then.release_id, **shown, **before,
        "value_now": now.value, "has_changed": now.differs_from(then),
    }  # fmt: skip
