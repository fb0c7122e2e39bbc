"""The warehouse as a dbt project: where it is, its manifest, its build and how its tests are told to people."""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data_quality.rulebook import OTHER_TEST, rule_behind
from datawerkplaats.base import dbt, files
from datawerkplaats.base.dbt import NodeResult
from datawerkplaats.base.errors import DataProblem, tells_of_a_full_disk
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.publication import CheckResult
from datawerkplaats.warehouse_inputs.staging import write_staging
from ml.production.paths import ensure_tables, tables_dir
from orchestration import fingerprint, machine_memory, node_keys
from orchestration.made import Now
from orchestration.progress import say
from orchestration.source_keys import SourceKeys

PROJECT = PROJECT_ROOT / "dbt_project"
# The manifest stands there since the project was read, and results are handed over in this process: both twice is a second.
_QUIET = ("--no-write-json",)
# What DuckDB says where a step holds more than it may, and where its advice begins: of memory, and of room on disk.
_NO_MEMORY, _ADVICE = "Out of Memory", ("Possible solutions:", "This limit was set by")
# How many times as much a step gets that ended for want of memory, of at most half of what the machine has.
_MORE = 4
_CHECK_STATUS = {"pass": "passed", "fail": "failed", "warn": "failed", "error": "error"}


def target_dir(settings: Settings) -> Path:
    """dbt's own output, next to the data it was made for."""
    return settings.data_dir / "dbt" / "target"


def manifest_path(settings: Settings) -> Path:
    """dbt's manifest."""
    return target_dir(settings) / "manifest.json"


def set_environment(settings: Settings) -> None:
    """Tell dbt where everything is; paths in models are absolute, so views work from anywhere."""
    os.environ.update(_told(settings), DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1")


def _told(settings: Settings) -> dict[str, str]:
    """What the project and its profile read of the environment."""
    return {
        "DWP_INPUTS_DIR": str(settings.inputs_dir),
        "DWP_COMPILED_CATALOGUE_DIR": str(settings.compiled_catalogue_dir),
        "DWP_MODEL_TABLES_DIR": str(tables_dir(settings)),
        "DWP_WAREHOUSE_PATH": str(settings.warehouse_path),
        "DWP_MODE": settings.source,
        "DWP_ENGINE_CORES": str(settings.engine_cores),
        "DWP_ENGINE_MEMORY": f"{settings.engine_memory_mb}MB",
    }


def manifest(settings: Settings) -> dict[str, Any]:
    """The manifest of the dbt project as it is now, made again only if the project or a place has changed."""
    set_environment(settings)
    write_staging(load_catalogue(settings.catalogue_dir))
    return dbt.manifest(PROJECT, target_dir(settings), _manifest_key(settings))


def _manifest_key(settings: Settings) -> str:
    """What decides the manifest: the project as it lies there now, and all that it reads of the environment.

    With another profile dbt drops what it has read of the project, and takes it for empty if it is not to look at the files.
    """
    return json.dumps([fingerprint.dbt_hash(), _told(settings)])


def build(settings: Settings, manifest: dict[str, Any], select: list[str] | None = None) -> list[NodeResult]:
    """The result of every node of `dbt build`, unit tests left out; `select` limits it to dbt selectors.

    Raises:
        DataProblem: `build_failed` if dbt could not start.
    """
    settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
    arguments = ["--select", *select, "--indirect-selection", "buildable"] if select else []
    return _with_enough_memory(settings, manifest, _run(settings, *arguments))


def build_only(settings: Settings, manifest: dict[str, Any], unique_ids: Iterable[str]) -> list[NodeResult]:
    """The result of building and testing these nodes and no others; nothing is started where there are none.

    Raises:
        DataProblem: `build_failed` if dbt could not start.
    """
    chosen = _only(manifest, unique_ids)
    return _with_enough_memory(settings, manifest, _run(settings, *chosen)) if chosen else []


def _run(settings: Settings, *arguments: str, target: Path | None = None) -> list[NodeResult]:
    set_environment(settings)
    ensure_tables(settings)
    place, as_read = target or target_dir(settings), () if target else _as_read(settings)
    results = dbt.build(PROJECT, place, *_QUIET, *arguments, *as_read)
    if (
        as_read and not results
    ):  # dbt could not use what it had read, for whatever reason: it reads the project again
        results = dbt.build(PROJECT, place, *_QUIET, *arguments)
    return results


def _only(manifest: dict[str, Any], unique_ids: Iterable[str]) -> tuple[str, ...]:
    chosen = ["fqn:" + ".".join(manifest["nodes"][unique_id]["fqn"]) for unique_id in unique_ids]
    return ("--select", *chosen, "--indirect-selection", "empty", "--cache-selected-only") if chosen else ()


def _with_enough_memory(
    settings: Settings, manifest: dict[str, Any], results: list[NodeResult]
) -> list[NodeResult]:
    """The results, and once more with more memory what ended for want of it and what waited for that.

    What a step may hold depends on which others run beside it, so that the same build ends one day and passes the next. The
    limit keeps a build small beside other processes; it is no reason to fail on a machine that has the memory.
    """
    wrong = [row for row in results if row.is_wrong]
    lacked = [row.unique_id for row in wrong if _lacks_memory(row)]
    more = min(settings.engine_memory_mb * _MORE, machine_memory.machine_mb() // 2)
    # Where something else is wrong too the build has failed, and what waited for that is not to be made.
    if not lacked or len(lacked) < len(wrong) or more <= settings.engine_memory_mb:
        return results
    names = ", ".join(sorted(manifest["nodes"][unique_id]["name"] for unique_id in lacked))
    say("dbt", f"{names}: {settings.engine_memory_mb} MB were too little; once more with {more} MB")
    # What only tells who reads a model, as a page, is skipped with it too: there is nothing to make of that.
    of_warehouse = [row for row in results if row.unique_id in manifest["nodes"]]
    again = [*lacked, *(row.unique_id for row in of_warehouse if row.status == "skipped")]
    roomy = settings.model_copy(update={"engine_memory_mb": more})
    # In a target folder of its own: the project as it was read belongs to the profile with less memory.
    beside = target_dir(settings).with_name("target_with_more")
    anew = _run(roomy, *_only(manifest, again), target=beside)
    made = {row.unique_id for row in anew}
    _keep_statements(beside, target_dir(settings), (manifest["nodes"][name] for name in made))
    return [*(row for row in of_warehouse if row.unique_id not in made), *anew]


def _lacks_memory(row: NodeResult) -> bool:
    """Whether a node ended for want of memory. DuckDB says so too where the disk has no room for what it does not hold."""
    return _NO_MEMORY in row.message and not tells_of_a_full_disk(row.message)


def _keep_statements(beside: Path, target: Path, nodes: Iterable[Mapping[str, Any]]) -> None:
    """Put what was made in another target folder where the statements of a build are looked up."""
    for node in nodes:
        said = compiled(beside, node)
        if said.exists():
            files.copy(said, compiled(target, node))


def compiled(target: Path, node: Mapping[str, Any]) -> Path:
    """The file with the statement of a model as dbt wrote it in a target folder."""
    return Path(target, "compiled", str(node["package_name"]), str(node["original_file_path"]))


def _as_read(settings: Settings) -> tuple[str, ...]:
    """Lets dbt go on with the project as it was read for the manifest: looking for what has changed in it takes a second."""
    is_same = dbt.is_made_for(target_dir(settings), _manifest_key(settings))
    return ("--no-partial-parse-file-diff",) if is_same else ()


def now(settings: Settings, manifest: dict[str, Any]) -> Now:
    """What the warehouse would be made of if it were built now."""
    set_environment(settings)
    ensure_tables(settings)
    names = ("DWP_WAREHOUSE_PATH", "DWP_MODE")
    return Now(
        manifest,
        node_keys.for_all(manifest, {name: os.environ[name] for name in names}),
        SourceKeys(manifest),
    )


def failures(results: list[NodeResult], manifest: dict[str, Any]) -> list[str]:
    """One sentence per node that went wrong, models before tests."""
    wrong = sorted(
        (row for row in results if row.is_wrong), key=lambda row: (row.failures is not None, row.unique_id)
    )
    sentences = []
    for row in wrong:
        node = manifest["nodes"].get(row.unique_id, {})
        is_test = node.get("resource_type") == "test"
        problem = DataProblem(
            "expectation_failed" if is_test else "build_failed",
            subject=subject_of(node, manifest) if is_test else node.get("name", row.unique_id),
            where=node.get("name", "") if is_test else node.get("original_file_path", ""),
            found=(f"{row.failures} rows" if row.failures else _in_short(row.message)),
            remedy=_remedy(row, is_test=is_test),
        )
        sentences.append(problem.sentence("en"))
    return sentences


def _remedy(row: NodeResult, *, is_test: bool) -> str:
    if tells_of_a_full_disk(row.message):
        return "free some space and run it again"
    if _NO_MEMORY in row.message:
        return "let the engine hold more: DWP_ENGINE_MEMORY_MB"
    return "see this check in Dagster" if is_test else "correct the model or the data that it reads"


def _in_short(message: str) -> str:
    """What dbt says, without the advice of the engine to set something that nobody can set there."""
    for advice in _ADVICE:
        message = message.partition(advice)[0]
    return " ".join(message.split())[:400].rstrip(".")


def relations(manifest: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Per model and seed its schema and name in the warehouse."""
    return {
        unique_id: (node["schema"], node.get("alias") or node["name"])
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }


def tests(manifest: dict[str, Any], unique_ids: Container[str] | None = None) -> set[tuple[str, str]]:
    """Name and subject of the tests, all or those among some nodes, by which their results are known."""
    return {
        (node["name"], subject_of(node, manifest))
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and (unique_ids is None or unique_id in unique_ids)
    }


def touched(results: list[NodeResult], manifest: dict[str, Any]) -> set[str]:
    """schema.table of what was made or tested."""
    found = set()
    for row in results:
        node = manifest["nodes"].get(row.unique_id)
        if node and node["resource_type"] == "test":
            found.add(".".join(subject_of(node, manifest).split(".")[:2]))
        elif node:
            found.add(f"{node['schema']}.{node.get('alias') or node['name']}")
    return found


def subject_of(test: dict[str, Any], manifest: dict[str, Any]) -> str:
    """What a dbt test is about: schema.table, with the column where there is one."""
    model = manifest["nodes"].get(
        test.get("attached_node") or next(iter(test["depends_on"]["nodes"]), ""), {}
    )
    table = f"{model['schema']}.{model.get('alias') or model['name']}" if "schema" in model else "warehouse"
    return f"{table}.{test['column_name']}" if test.get("column_name") else table


def check_results(
    results: list[NodeResult], manifest: dict[str, Any], rows: dict[str, int], at: datetime | None = None
) -> list[CheckResult]:
    """The tests of a build in the shape in which they are published; `rows` has the number of rows per schema.table."""
    found = []
    for row in results:
        node = manifest["nodes"].get(row.unique_id)
        if node is None or node["resource_type"] != "test":
            continue
        subject = subject_of(node, manifest)
        wrong = row.status in ("fail", "warn", "error")
        warns = row.status == "warn" or node["config"]["severity"].lower() == "warn"
        behind = rule_behind((node.get("test_metadata") or {}).get("name") or node["name"], OTHER_TEST)
        found.append(
            CheckResult(
                rule=node["name"],
                subject=subject,
                subject_kind="model",
                status=_CHECK_STATUS.get(row.status, "not_applicable"),  # type: ignore[arg-type]
                severity="warn" if warns else "error",
                violated=row.failures,
                denominator=rows.get(".".join(subject.split(".")[:2])),
                message=(node.get("description") or row.message) if wrong else "",
                checked_at=at or datetime.now(UTC),
                category=behind.category,
                consequence="shown_with_warning" if warns else "blocks_publication",
                guidance=behind.id,
            )
        )
    return found
