"""The risk models of a publication as one artefact: its hash, the measures that bounds are held to, what the house found.

Everything is read from the published tables, so that an answer is about what readers see.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import connect_read_only

RISK_AREAS = "risk_areas"  # the name of the system in the register
_NEEDED = ("dim_model", "rpt_model_skill", "rpt_model_subgroup")


@dataclass(frozen=True)
class Artefact:
    """One version of a system: empty `sha256` where the publication holds none."""

    sha256: str
    measures: dict[str, Any]
    findings: dict[str, str]
    is_synthetic: bool
    card: dict[str, str] = field(
        default_factory=dict
    )  # how it works, per language, for the Algoritmeregister


NONE = Artefact("", {}, {}, False)


def of_risk_areas(path: Path) -> Artefact:
    """The risk models that a publication holds, together."""
    with connect_read_only(path) as con:
        held = {
            name for (name,) in con.execute("select table_name from information_schema.tables").fetchall()
        }
        if not held.issuperset(_NEEDED):
            return NONE
        models = con.execute(
            """select model_id, run_id, coalesce(data_hash, ''), coalesce(design_hash, ''), participants, is_synthetic, age_band
               from core.dim_model order by model_id"""
        ).fetchall()
        if not models:
            return NONE
        (skill,) = con.execute(
            "select min(lower) from quality.rpt_model_skill where metric = 'AUROC' and evaluation = 'cross-validation'"
        ).fetchone() or (None,)
        low, high, groups = con.execute(
            "select min(auroc), max(auroc), count(*) from quality.rpt_model_subgroup where is_shown"
        ).fetchone() or (None, None, 0)
        card = _card(con)
    sha = hashlib.sha256(repr([model[:4] for model in models]).encode()).hexdigest()
    people = sum(model[4] or 0 for model in models)
    gap = None if low is None or high is None else round(float(high) - float(low), 4)
    skill = None if skill is None else float(skill)
    findings = {
        "training_data": f"Getraind op een panel: {len(models)} model(len), samen {people} deelnemers; data {models[0][2][:12]}.",
        "representativeness": f"Samenstelling per leeftijd en geslacht staat op de modelkaart; {people} deelnemers.",
        "subgroups": f"{groups} groepen apart beoordeeld; het grootste verschil in AUROC is {gap}.",
        "subgroups_measured": f"Per groep AUROC en kalibratie met marge (95%); {groups} groepen groot genoeg.",
        "reliability_required": "Drempels voor onderscheid, kalibratie en privacy staan in het ontwerp en gelden altijd.",
        "reliability_measured": f"Laagste ondergrens (95%) van de AUROC bij kruisvalidatie: {skill}.",
        "security": "Hoe de SQL-omgeving zich hield onder aanvallen staat in docs/proofs.md (attack).",
        "access": "Rijen van personen zijn voor niemand op een pagina te zien; de auditor toetst elke publicatie.",
        "monitoring": "Bij elke nieuwe levering wordt verschuiving van het panel gemeten (drift).",
    }
    measures = {
        "auroc_lower": skill,
        "gap": gap,
        "population": ", ".join(sorted({str(model[6]) for model in models})),
    }
    return Artefact(sha, measures, findings, any(model[5] for model in models), card)


def _card(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """How the models work, from their cards: what each is, how many features it reads, and that it does not learn by itself."""
    rows = con.execute(
        "select title_nl, title_en, put_forward, features, horizon_years, allowed_use_nl, allowed_use_en from core.dim_model"
        " order by model_id"
    ).fetchall()
    told_nl = [f"{r[0]}: {r[2]}, {r[3]} kenmerken, {r[4]} jaar vooruit. {r[5]}" for r in rows]
    told_en = [f"{r[1]}: {r[2]}, {r[3]} features, {r[4]} years ahead. {r[6]}" for r in rows]
    fixed = (
        "Niet zelflerend: een nieuwe versie vraagt goedkeuring op naam.",
        "It does not learn by itself: a new version asks for approval by name.",
    )
    return {"nl": "\n".join([fixed[0], *told_nl]), "en": "\n".join([fixed[1], *told_en])}
