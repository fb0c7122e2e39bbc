"""What matters and has no figures."""

from __future__ import annotations

from apps.dashboard.data.release import Release, Row, has_tables, records

_MARTS = ("indicator", "determinant", "outcome")


def gaps(release: Release) -> list[Row]:
    """What has no figures, by class and title; none in publications from before they were listed."""
    if not has_tables(release, "quality.rpt_gap_list"):
        return []
    sql = """select indicator_id, mart, title_nl, title_en, population_nl, population_en, gap_reason_nl, gap_reason_en
             from quality.rpt_gap_list order by mart, title_nl"""
    return sorted(records(release.identity, sql), key=lambda row: _MARTS.index(row["mart"]))
