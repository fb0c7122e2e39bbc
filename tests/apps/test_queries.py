"""What the pages ask of the published file: a figure is laid beside those of its own year, age and sex."""

from __future__ import annotations

from pathlib import Path

from apps.dashboard.data import queries
from apps.dashboard.data import release as published_release


def test_reference_figures__are_of_the_same_year_age_and_sex(published: Path) -> None:
    release = published_release.current_release()
    asked = [
        queries.reference_figures(release, "indicator", "loneliness_pct", year, age, "total")
        for year, age in ((2020, "18+"), (2020, "65+"), (2016, "65+"))
    ]
    assert [[(row["level"], row["value"]) for row in rows] for rows in asked] == [
        [("country", 47.2)],
        [("country", 51.2)],
        [("country", 48.2)],
    ]
    assert queries.reference_figures(release, "indicator", "loneliness_pct", 2020, "18+", "women") == []
