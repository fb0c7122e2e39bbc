"""What the publication says of the risk models: the models, their estimates per area, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.dashboard.data import predictions
from apps.dashboard.data import release as published_release
from apps.dashboard.data.release import Release, Row


@dataclass(frozen=True)
class RiskArea:
    """One area with its estimate and 90 % limits, or with the reason why there is none."""

    code: str
    name: str
    gemeente: str
    vintage: int
    value: float | None
    lower: float | None
    upper: float | None
    expected: float | None
    expected_lower: float | None
    expected_upper: float | None
    top_tenth: float | None
    people: int
    participants: int | None  # to the nearest ten; none where fewer than ten took part
    reason: str | None


def models(release: Release) -> list[Row]:
    """All risk models."""
    return _rows(release, "select * from core.dim_model order by target, age_band")


def areas(release: Release, model_id: str, level: str) -> list[RiskArea]:
    """The areas of a level by gemeente and name, never by height."""
    sql = """select a.region_code, coalesce(r.region_name, a.region_code), coalesce(r.gemeente_name, ''), a.year,
                    a.value, a.lower_90, a.upper_90, a.expected, a.expected_lower, a.expected_upper, a.top_tenth,
                    a.people, a.participants, a.reason
             from quality.rpt_risk_area as a
             left join core.dim_region as r
                on a.region_code = r.region_code and a.region_level = r.region_level and a.year = r.region_vintage
             where a.model_id = ? and a.region_level = ? order by 3, 2, 1"""
    found = published_release.query(predictions.opened(release).identity, sql, (model_id, level))
    return [RiskArea(*row) for row in found.rows]


def skill(release: Release, model_id: str) -> dict[tuple[str, str, str], Row]:
    """Figures by competitor, evaluation and metric."""
    rows = _of_model(release, "rpt_model_skill", model_id)
    return {(row["competitor"], row["evaluation"], row["metric"]): row for row in rows}


def subgroups(release: Release, model_id: str) -> list[Row]:
    """Figures per group of participants."""
    return _of_model(release, "rpt_model_subgroup", model_id, "subgroup, category")


def contributions(release: Release, model_id: str) -> list[Row]:
    """Topics with their relative contribution, largest first, pure noise among them."""
    return _of_model(release, "rpt_model_contribution", model_id, "share desc, topic")


def calibration(release: Release, model_id: str) -> list[Row]:
    """Predicted and observed share per tenth."""
    return _of_model(release, "rpt_model_calibration", model_id, "tenth")


def _of_model(release: Release, table: str, model_id: str, order: str = "1") -> list[Row]:
    return _rows(release, f"select * from quality.{table} where model_id = ? order by {order}", (model_id,))


def _rows(release: Release, sql: str, parameters: tuple[Any, ...] = ()) -> list[Row]:
    names, rows = published_release.query(predictions.opened(release).identity, sql, parameters)
    return [dict(zip(names, row, strict=True)) for row in rows]
