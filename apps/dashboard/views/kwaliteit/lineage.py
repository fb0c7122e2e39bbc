"""Where a figure comes from, step by step, and what was hidden and why."""

from __future__ import annotations

from typing import Any

from apps.dashboard.data.queries import MARTS
from apps.dashboard.data.release import Release, Row, records


def hidden(release: Release, indicator: str) -> list[Row]:
    """Per level and year of an indicator: how many areas, known figures, and empty ones by reason."""
    sql = """select region_level as level, year, value_status as status, coalesce(suppression_reason, '') as reason,
                    count(*) as cells, count(value) as known
             from core.fct_observation where indicator_id = ? group by all order by level, year desc, cells desc"""
    return records(release.identity, sql, (indicator,))


def hidden_overall(release: Release) -> list[Row]:
    """Per source and level: all cells, the known ones and the empty ones by reason."""
    sql = """select source_id, region_level as level, count(*) as cells, count(value) as known,
                    count(*) filter (where value_status = 'suppressed') as suppressed,
                    count(*) filter (where value_status = 'missing') as missing
             from core.fct_observation group by all order by source_id, cells desc"""
    return records(release.identity, sql)


def _staging(source: Row | None) -> str:
    """The staging model of a source; a publication from before sources told it says only the layer."""
    model = (source or {}).get("staging_model")
    return f"staging.{model}" if model else "staging"


def steps(indicator: Row, source: Row | None, publication: Row) -> list[tuple[str, dict[str, Any]]]:
    """The way of a figure from the publisher to this page, as (step, its facts)."""
    mart = indicator["home"] if indicator["home"] in MARTS else MARTS[0]
    return [
        ("source", {"url": (source or {}).get("url_main"), "citation": (source or {}).get("citation")}),
        (
            "snapshot",
            {
                "snapshot": (source or {}).get("snapshot_id"),
                "sha256": (source or {}).get("sha256"),
                "rows": (source or {}).get("rows"),
                "retrieved_at": (source or {}).get("retrieved_at"),
            },
        ),
        ("staging", {"model": _staging(source), "column": indicator["measure_code"]}),
        ("intermediate", {"model": "intermediate.int_indicator_values"}),
        ("mart", {"model": f"{mart}.fct_{mart}"}),
        (
            "publication",
            {
                "id": publication["publication_id"],
                "run": publication["dagster_run_id"],
                "git": publication["git_sha"],
                "code": publication["code_hash"],
                "catalogue": publication["catalogue_hash"],
            },
        ),
    ]
