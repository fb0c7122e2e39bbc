"""One figure of a published file that a test alters, and its row in the profile of an area."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from apps.dashboard.data import cube, profile
from apps.dashboard.data import release as published_release
from tests.sealing import changed


@contextmanager
def altered(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, to be written to; it is sealed again afterwards."""
    (path,) = (published / "publish").glob("warehouse_*.duckdb")
    path.chmod(0o644)
    with changed(path) as con:
        yield con


def first(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """The first row of an answer, by column."""
    found = con.execute(sql)
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchone() or (), strict=True))


def profiled(key: dict[str, Any], level: str, code: str, gemeente: str) -> dict[str, Any]:
    """The row of a figure (`indicator_id`, `year`, `age_band`) in the profile of an area."""
    release = published_release.current_release()
    wanted = tuple(
        moment
        for moment in cube.moments(release, level, also_empty=True)
        if (moment.indicator_id, moment.year, moment.age)
        == (key["indicator_id"], key["year"], key["age_band"])
    )
    area = {row["code"]: row for row in cube.regions(release, level)}[code]
    (row,) = profile.profile(release, level, code, {**area, "gemeente_code": gemeente}, wanted)
    return row
