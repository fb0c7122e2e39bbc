"""What a delivery of a partner would change in the published figures, worked out along the way of a release before it is accepted.

Loaded by the door, protected together with all other partners and with all that was ever published, carried through the very
statements of the last build, and judged by the gates of a release: only then a cell is told, and only as the release would show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datawerkplaats.base import files
from datawerkplaats.base.build_lock import only_build
from datawerkplaats.base.duckdb import connect_memory, connect_writable, literal, relation
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue, Source, load_catalogue
from datawerkplaats.catalogue.egress import load_egress
from datawerkplaats.loading import door
from datawerkplaats.loading.snapshot import ABSENT, Provenance
from datawerkplaats.partners import quarantine
from datawerkplaats.partners.history import released
from datawerkplaats.partners.loading import load_partner
from datawerkplaats.partners.release import partner_sources, protect_deliveries
from datawerkplaats.partners.vault import Vault
from datawerkplaats.publication import Candidate, Publication, Release
from datawerkplaats.publication.candidate import kept
from datawerkplaats.publication.egress import judge as judge_egress
from datawerkplaats.publication.egress import persons
from datawerkplaats.publication.store import recovered_pointer
from datawerkplaats.warehouse_inputs.compile import compile_catalogue
from orchestration import dbt_run, fingerprint, node_keys, plan, scratch

FACT = "fct_observation"
# The model in which deliveries come in.
DELIVERED = "stg_declared__observations"
CANDIDATE = "ahead"
# What a cell is known by, and what is said of it.
KEY = ("indicator_id", "region_code", "region_vintage", "year", "sex", "age_band")
SAID = ("value", "lower", "upper", "value_status", "suppression_reason")
# With these the gates can judge the fact: which cells are partners', and how areas lie in one another.
_BESIDE = ("dim_indicator", "dim_region")


@dataclass(frozen=True)
class Ahead:
    """What the next release would say of partners' cells if this delivery is accepted and nothing else changes.

    Args:
        served: The release that it is laid beside.
        cells: Per changed cell its key, level and source, and what is said of it before and after.
        numbers: How many cells there are, change, come, go, and are hidden before and after.
        held: Why the next release would not have this delivery, or would not be made at all.
    """

    served: str
    cells: list[dict[str, Any]]
    numbers: dict[str, int]
    held: DataProblem | None = None


def look_ahead(settings: Settings, source: Source, delivery_id: str) -> Ahead:
    """The effect of a delivery in quarantine.

    Raises:
        DataProblem: `effect_busy` while a build runs, `effect_impossible` where what is served is not what a build would go on
            from, or `delivery_gone`.
    """
    catalogue = load_catalogue(settings.catalogue_dir)
    with scratch.scratch(settings) as ahead:
        served = _begin(settings, ahead, catalogue)
        _hand_over(settings, ahead, source, delivery_id)
        loaded = door.load(load_partner, source, ahead)
        if loaded.status not in ("new", "unchanged"):
            return Ahead(served.id, [], {}, loaded.problem)
        outcome = protect_deliveries(catalogue, ahead)
        if held := next((one for one in outcome.problems if one.subject == source.source_id), None):
            return Ahead(served.id, [], {}, held)
        _carry_through(settings, ahead, catalogue)
        candidate = _candidate(settings, ahead, served)
        try:
            judge_egress(candidate, load_egress(catalogue.folder), persons(catalogue))
            from data_quality.disclosure_gate import disclosure_gate

            disclosure_gate(ahead, catalogue)(candidate)
        except DataProblem as problem:
            return Ahead(served.id, [], {}, problem)
        return _difference(served, candidate.path, [one.source_id for one in partner_sources(catalogue)])


def _begin(settings: Settings, ahead: Settings, catalogue: Catalogue) -> Publication:
    try:
        with only_build(settings.data_dir):
            served = plan.served_publication(settings)
            now = fingerprint.take(settings, plan.snapshots_in_use(settings, catalogue)).value
            if served is None or served.fingerprint != now or not settings.warehouse_path.exists():
                raise DataProblem(
                    "effect_impossible",
                    subject="publication",
                    expected="a release of what lies here now: code, catalogue and deliveries",
                    found="none" if served is None else "an older one",
                    remedy="wait until the next build is published, or run `make materialise`",
                )
            _check_rows(settings, catalogue)
            released(settings, partner_sources(catalogue))
            scratch.link_inputs(settings, ahead)
            scratch.copy_state(settings, ahead, catalogue)
            return served
    except DataProblem as problem:
        if problem.code != "build_failed":
            raise
        raise DataProblem(
            "effect_busy",
            subject="build",
            found=problem.found,
            remedy="ask again when it is done",
        ) from problem


def _check_rows(settings: Settings, catalogue: Catalogue) -> None:
    """After an erasure rows are read anew by the next build: until then nothing can be protected with them."""
    for source in partner_sources(catalogue):
        made = Provenance.read(settings.inputs_dir / source.source_id)
        if made and made.snapshot_id != ABSENT and Vault(source, settings).whole() is None:
            raise DataProblem(
                "effect_impossible",
                subject=source.source_id,
                expected="the rows that its figures are made of",
                found="none, as after an erasure",
                remedy="wait until the next build is published, or run `make materialise`",
            )


def _hand_over(settings: Settings, ahead: Settings, source: Source, delivery_id: str) -> None:
    """Let the delivery lie where it will when it is accepted."""
    found = quarantine.file_in(source, quarantine.place_of(settings, delivery_id))
    if found is None:
        raise DataProblem(
            "delivery_gone", subject=source.source_id, expected="the bytes that were handed in", found="none",
            remedy="hand it in again",
        )  # fmt: skip
    files.share(found, ahead.private_dir / quarantine.ACCEPTED / source.source_id / found.name)


def _carry_through(settings: Settings, ahead: Settings, catalogue: Catalogue) -> None:
    """Make the fact anew, by the statements with which the last build made it and what it reads."""
    compile_catalogue(catalogue, ahead)
    manifest = dbt_run.manifest(settings)
    other = {
        path.stem
        for path in ahead.compiled_catalogue_dir.glob("*.json")
        if path.read_bytes() != (settings.compiled_catalogue_dir / path.name).read_bytes()
    }
    places = {
        str(settings.inputs_dir): str(ahead.inputs_dir),
        str(settings.compiled_catalogue_dir): str(ahead.compiled_catalogue_dir),
    }
    with connect_writable(ahead.warehouse_path, settings.cores) as con:
        for unique_id in _to_make(manifest, other):
            node = manifest["nodes"][unique_id]
            name = relation(node["schema"], node.get("alias") or node["name"])
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            statement = _statement(settings, node)
            if node["name"] == DELIVERED and f"{settings.inputs_dir}/" not in statement:
                raise _no_statements(node, "those of another data folder")
            for real, instead in places.items():
                statement = statement.replace(f"{real}/", f"{instead}/")
            con.execute(f"create or replace {kind} {name} as {statement}")


def _to_make(manifest: Mapping[str, Any], other: set[str]) -> list[str]:
    """The models that lead from the deliveries, and from declarations that differ, to the fact; each after what it reads."""
    nodes = {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")
    }
    fact = next(key for key, node in nodes.items() if node["name"] == FACT)
    needed, waiting = {fact}, [fact]
    while waiting:
        waiting = [
            one
            for key in waiting
            for one in node_keys.parents(nodes[key])
            if one in nodes and one not in needed
        ]
        needed |= set(waiting)
    begin = {f"stg_catalogue__{name}" for name in other} | {DELIVERED}
    found: dict[str, None] = {}
    for key in node_keys.nodes_in_order(manifest):
        if key in needed and (
            nodes[key]["name"] in begin or found.keys() & set(node_keys.parents(nodes[key]))
        ):
            found[key] = None
    return list(found)


def _statement(settings: Settings, node: Mapping[str, Any]) -> str:
    try:
        return dbt_run.compiled(dbt_run.target_dir(settings), node).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise _no_statements(node, "none, as after a restore") from error


def _no_statements(node: Mapping[str, Any], found: str) -> DataProblem:
    return DataProblem(
        "effect_impossible",
        subject=str(node["name"]),
        expected="the statements of the last build in this data folder",
        found=found,
        remedy="run `python -m orchestration.materialise --force` once",
    )


def _candidate(settings: Settings, ahead: Settings, served: Publication) -> Candidate:
    """The fact as a release would hold it, with what the gates need beside it."""
    path = ahead.publish_dir / CANDIDATE / f"{CANDIDATE}.duckdb"
    path.parent.mkdir(parents=True)
    with connect_memory(settings.cores, ahead.data_dir / "spill") as con:
        con.execute(f"attach {literal(str(ahead.warehouse_path))} as warehouse (read_only)")
        con.execute(f"attach {literal(str(path))} as candidate")
        con.execute("create schema candidate.core")
        for name in (FACT, *_BESIDE):
            con.execute(f"create table candidate.core.{name} as select * from warehouse.core.{name}")
    pointer = recovered_pointer(settings.publish_dir)
    earlier = kept(settings.publish_dir, pointer.history if pointer else [])
    release = Release(mode=settings.source, region=settings.region, title=CANDIDATE)
    return Candidate(CANDIDATE, path, path.parent / "parquet", release, served, earlier)


def _difference(served: Publication, made: Path, partners: list[str]) -> Ahead:
    """Per cell of partners' indicators what is said before and after, where that is not the same."""
    names = ", ".join(literal(name) for name in partners)
    with connect_memory() as con:
        con.execute(f"attach {literal(str(served.path))} as before (read_only)")
        con.execute(f"attach {literal(str(made))} as after (read_only)")
        for name in ("before", "after"):
            con.execute(
                f"create temp table {name}_cells as select {', '.join(KEY)}, any_value(region_level) as region_level,"
                f" any_value(source_id) as source_id, {', '.join(f'any_value({one}) as {one}' for one in SAID)}"
                f" from {name}.core.{FACT} where source_id in ({names}) group by all"
            )
        joined = f"after_cells as a full join before_cells as b using ({', '.join(KEY)})"
        differs = " or ".join(f"a.{one} is distinct from b.{one}" for one in SAID)
        both = ", ".join(f"b.{one} as {one}_before, a.{one} as {one}_after" for one in SAID)
        rows = con.execute(
            f"select {', '.join(KEY)}, coalesce(a.region_level, b.region_level) as region_level,"
            f" coalesce(a.source_id, b.source_id) as source_id, a.source_id is not null as is_there,"
            f" b.source_id is not null as was_there, {both} from {joined} where {differs}"
            f" order by {', '.join(KEY)}"
        )
        header = [column[0] for column in rows.description or ()]
        cells = [dict(zip(header, row, strict=True)) for row in rows.fetchall()]
        counted = con.execute(
            "select (select count(*) from after_cells), (select count(*) from after_cells where value_status = 'suppressed'),"
            " (select count(*) from before_cells where value_status = 'suppressed')"
        ).fetchone()
    assert counted
    numbers = {
        "cells": counted[0],
        "changed": len(cells),
        "new": sum(not cell["was_there"] for cell in cells),
        "gone": sum(not cell["is_there"] for cell in cells),
        "hidden": counted[1],
        "hidden_before": counted[2],
    }
    return Ahead(served.id, cells, numbers)
