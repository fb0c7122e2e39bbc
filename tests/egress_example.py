"""A small warehouse with figures, a partner's counts and a risk model, and what is declared of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.catalogue.egress import Egress
from datawerkplaats.publication import Publication, PublicTable, publish
from datawerkplaats.publication.candidate import Candidate, Gate
from datawerkplaats.publication.egress import judge
from datawerkplaats.publication.tables import parts
from tests.publication_example import CHECKS, release

DECLARED: dict[str, Any] = {
    "predicted": {"ml_risk_areas": "risk_areas"},
    "tables": {
        "core.dim_indicator": {"place": "both", "catalogue_text": ["indicator_id", "source_id", "unit", "is_public"]},
        "core.fct_observation": {
            "place": "by_indicator",
            "persons": "by_source",
            "counts_where_unit": {"value": "aantal"},
            "count": ["numerator"],
            "derived_from_counts": ["value"],
            "area_id": ["region_code"],
            "catalogue_text": ["indicator_id", "source_id", "region_level", "year", "value_status"],
        },
        "core.dim_model": {
            "place": "predicted",
            "persons": "panel",
            "round_to": 10,
            "decimals": {"*": 2},
            "count": ["participants"],
            "derived_from_counts": ["auroc"],
            "catalogue_text": ["model_id"],
        },
        "meta.publication": {
            "catalogue_text": [
                "publication_id", "published_at", "mode", "region", "git_sha", "code_hash", "catalogue_hash", "snapshot_hashes",
                "checks_passed", "checks_failed", "checks_warned", "engine_version", "dagster_run_id",
            ]
        },
        "quality.check_result": {
            "catalogue_text": [
                "rule", "subject", "subject_kind", "category", "status", "severity", "violated", "denominator", "threshold",
                "consequence", "message", "guidance", "checked_at",
            ]
        },
    },
    "documents": {
        "current.json": {
            "catalogue_text": [
                "publication_id", "file", "manifest", "manifest_sha256", "published_at", "mode", "region", "title", "history",
                "counter", "signature",
            ]
        },
        "notices.json": {"catalogue_text": ["source_id", "kind", "at", "code", "sentence_nl", "sentence_en"]},
    },
}  # fmt: skip
PUBLIC = [
    PublicTable(label.partition(".")[0], label.partition(".")[2], label)
    for label in DECLARED["tables"]
    if not label.startswith(("meta", "quality"))
]
PARTNER = frozenset({"partner_care"})


def declared() -> Egress:
    return Egress.model_validate(DECLARED)


def warehouse(path: Path, *changes: str) -> Path:
    """Two counted figures, a partner's and a predicted one in two gemeenten; `changes` are SQL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        con.execute("create schema core")
        con.execute(
            """create table core.dim_indicator as select * from (values ('lonely_pct', 'rivm', '%', true),
            ('care_count', 'partner_care', 'aantal', true), ('risk_pct', 'ml_risk_areas', '%', true))
            as t(indicator_id, source_id, unit, is_public)"""
        )
        con.execute(
            """create table core.fct_observation as select indicator_id, source_id, region_code, 'gemeente' as region_level,
            2024 as year, case unit when 'aantal' then 40.0 else 12.5 end as value, null::double as numerator,
            'observed' as value_status from core.dim_indicator, (values ('GM0001'), ('GM0002')) as r(region_code)"""
        )
        con.execute(
            "create table core.dim_model as select 'onset' as model_id, 1530 as participants, 0.72::double as auroc"
        )
        for change in changes:
            con.execute(change)
    return path


def published(folder: Path, *changes: str, gate: bool = True) -> Publication:
    def judged(candidate: Candidate) -> dict[str, Any]:
        return judge(candidate, declared(), PARTNER)

    gates: dict[str, Gate] = {"egress": judged} if gate else {}
    file = warehouse(folder / "warehouse.duckdb", *changes)
    return publish(folder / "publish", file, PUBLIC, release(), CHECKS, gates=gates, parts=parts(declared()))
