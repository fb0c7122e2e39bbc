"""Runs the suite of a source on its snapshot with Great Expectations: results as plain data, Data Docs for people.

A result holds for one snapshot and one suite and is kept, so that an unchanged delivery is not validated again. Great
Expectations is imported only when something has to be validated, as that takes seconds.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from data_quality.rulebook import OTHER_EXPECTATION, rule_behind
from data_quality.suites import Rule, suite_hash
from datawerkplaats.base.errors import DataProblem, disk_is_full, tells_of_a_full_disk
from datawerkplaats.base.files import write_text
from datawerkplaats.loading.readers.columns import stem
from datawerkplaats.publication import CheckResult
from datawerkplaats.publication.checks import Status

# What tells which pages could not be made.
_PAGES = "great_expectations.render.renderer.site_builder"
# Marks that something was validated that the Data Docs do not show yet.
_PENDING = "data_docs_pending"


def data_docs_index(gx_dir: Path) -> Path:
    """The first page of the Data Docs."""
    return gx_dir / "data_docs" / "index.html"


def problem_of(result: CheckResult) -> DataProblem:
    """The sentence for a delivery that breaks a rule of severity error."""
    return DataProblem(
        "expectation_failed",
        subject=result.subject,
        where=result.rule,
        found=result.message,
        remedy="correct the delivery or its declaration; the Data Docs (gx/data_docs in the data folder) tell more",
    )


def build_data_docs(gx_dir: Path) -> Path:
    """The first page of the Data Docs, made anew if anything was validated since the last time (that takes seconds).

    Raises:
        DataProblem: `not_enough_space`, or `build_failed` with what Great Expectations says of a page that it could not make;
            all of them are made again the next time.
    """
    index, pending = data_docs_index(gx_dir), gx_dir / _PENDING
    if pending.exists() or not index.exists():
        with _heard(_PAGES) as said:
            _session(gx_dir).context.build_data_docs()
        if said:
            pending.touch()
            raise _unmade(gx_dir, said[0])
        pending.unlink(missing_ok=True)
    return index


def _unmade(gx_dir: Path, text: str) -> DataProblem:
    if tells_of_a_full_disk(text):
        return disk_is_full(gx_dir)
    found = re.search(r"(\w+): \"(.*?)\"\.  Traceback", text, re.DOTALL)
    return DataProblem(
        "build_failed",
        subject="Data Docs",
        expected="a page per suite",
        found=f"{found[1]}: {found[2]}" if found else text.splitlines()[0],
        remedy="run it again; what was checked is in the publication all the same",
    )


@contextmanager
def _heard(name: str) -> Iterator[list[str]]:
    """The errors that a logger tells: Great Expectations goes on without a page, and prints a trace that nobody asked for."""
    logger, said = logging.getLogger(name), list[str]()
    hear = logging.Handler(logging.ERROR)
    hear.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    was, logger.propagate = logger.propagate, False
    logger.addHandler(hear)
    try:
        yield said
    finally:
        logger.removeHandler(hear)
        logger.propagate = was


def kept_results(
    gx_dir: Path, source_id: str, snapshot_id: str, rules: list[Rule]
) -> list[CheckResult] | None:
    """The results of an earlier validation of the same snapshot with the same suite, or None."""
    path = _kept(gx_dir, source_id, snapshot_id, rules)
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [CheckResult.from_json(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def absent_results(source_id: str, rules: list[Rule]) -> list[CheckResult]:
    """One result per rule for a source that was not delivered: nothing to check."""
    return [_result(source_id, rule, "not_applicable", None, "the source is absent") for rule in rules]


def validate(
    gx_dir: Path, source_id: str, snapshot_id: str, data: Path, rules: list[Rule]
) -> list[CheckResult]:
    """One result per rule for a snapshot's `data.parquet`, from an earlier validation where it still holds.

    Only the columns that a rule names are read. Results carry counts and names of columns, never values of rows.

    Raises:
        DataProblem: `catalogue_field` if the catalogue names an expectation that does not exist.
    """
    kept = kept_results(gx_dir, source_id, snapshot_id, rules)
    if kept is not None:
        return kept
    results = _run(gx_dir, source_id, data, rules)
    text = json.dumps([asdict(row) for row in results], default=str, indent=1)
    write_text(_kept(gx_dir, source_id, snapshot_id, rules), text)
    return results


def _kept(gx_dir: Path, source_id: str, snapshot_id: str, rules: list[Rule]) -> Path:
    return gx_dir / "results" / source_id / f"{snapshot_id}_{suite_hash(rules)}.json"


def _run(gx_dir: Path, source_id: str, data: Path, rules: list[Rule]) -> list[CheckResult]:
    import pyarrow.parquet as pq

    present = pq.read_schema(data).names
    wanted = {column for rule in rules for column in rule.columns}
    # A rule about existence needs the column's name only: an empty stand-in keeps the frame narrow.
    named = {str(rule.arguments.get("column")) for rule in rules if rule.type == "expect_column_to_exist"}
    delivered = _delivered_names(present, wanted | named)
    frame = pq.read_table(data, columns=[delivered[name] for name in wanted if name in delivered]).to_pandas()
    frame = frame.rename(columns={theirs: ours for ours, theirs in delivered.items()})
    for column in named - wanted:
        if column in delivered:
            frame[column] = None
    result = _session(gx_dir).validate(source_id, frame, rules)
    by_name = {row.expectation_config.meta["name"]: row for row in result.results}
    return [_as_result(source_id, rule, by_name[rule.name], len(frame)) for rule in rules]


def _delivered_names(present: list[str], named: set[str]) -> dict[str, str]:
    """Per column of the catalogue the name it has in this delivery: the number at its end differs per edition."""
    by_stem = {stem(name): name for name in present}
    found = {name: name if name in present else by_stem.get(stem(name)) for name in named}
    return {ours: theirs for ours, theirs in found.items() if theirs}


def _as_result(source_id: str, rule: Rule, row: Any, rows: int) -> CheckResult:
    raised = bool((row.exception_info or {}).get("raised_exception"))
    status: Status = "error" if raised else ("passed" if row.success else "failed")
    message = {
        "error": f"could not be checked: {rule.description}",
        "failed": f"does not hold: {rule.description}",
        "passed": "",
    }[status]
    return _result(source_id, rule, status, rows, message)


def _result(source_id: str, rule: Rule, status: Status, rows: int | None, message: str) -> CheckResult:
    """A result with what the rulebook says of its kind."""
    behind = rule_behind(rule.kind, OTHER_EXPECTATION)
    return CheckResult(
        rule.name,
        source_id,
        "source",
        status,
        rule.severity,
        denominator=rows,
        message=message,
        category=behind.category,
        consequence="blocks_publication" if rule.severity == "error" else "shown_with_warning",
        guidance=behind.id,
    )


@lru_cache(maxsize=2)
def _session(gx_dir: Path) -> _Session:
    return _Session(gx_dir)


class _Session:
    """A Great Expectations context in memory, with results and Data Docs in the project's data folder."""

    def __init__(self, gx_dir: Path) -> None:
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
        import great_expectations as gx
        from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig

        self.gx_dir = gx_dir

        def files(name: str) -> dict[str, str]:
            return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(gx_dir / name)}

        self.context = gx.get_context(
            mode="ephemeral",
            project_config=DataContextConfig(
                config_version=4.0,
                analytics_enabled=False,
                progress_bars=ProgressBarsConfig(globally=False),
                expectations_store_name="expectations_store",
                validation_results_store_name="validation_results_store",
                checkpoint_store_name="checkpoint_store",
                stores={
                    "expectations_store": {"class_name": "ExpectationsStore"},
                    "validation_results_store": {
                        "class_name": "ValidationResultsStore",
                        "store_backend": files("validations"),
                    },
                    "checkpoint_store": {"class_name": "CheckpointStore"},
                    "validation_definition_store": {"class_name": "ValidationDefinitionStore"},
                },
                data_docs_sites={
                    "data_docs": {
                        "class_name": "SiteBuilder",
                        "show_how_to_buttons": False,
                        "store_backend": files("data_docs"),
                        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                    }
                },
            ),
        )

    def validate(self, source_id: str, frame: Any, rules: list[Rule]) -> Any:
        """The validation result of a frame; only the latest one of each source is kept for the Data Docs."""
        import great_expectations as gx

        for folder in ("validations", "data_docs/validations"):
            shutil.rmtree(self.gx_dir / folder / source_id, ignore_errors=True)
        suite = gx.ExpectationSuite(
            name=source_id, expectations=[_expectation(source_id, rule) for rule in rules]
        )
        context = self.context
        suite = context.suites.add_or_update(suite)
        asset = context.data_sources.add_or_update_pandas(name=source_id).add_dataframe_asset(name="delivery")
        batch = asset.add_batch_definition_whole_dataframe("whole")
        definition = gx.ValidationDefinition(name=source_id, data=batch, suite=suite)
        definition = context.validation_definitions.add_or_update(definition)
        # The other formats would store values of the rows that fail.
        result = definition.run(batch_parameters={"dataframe": frame}, result_format="BOOLEAN_ONLY")
        (self.gx_dir / _PENDING).touch()
        return result


def _expectation(source_id: str, rule: Rule) -> Any:
    """The Great Expectations object of a rule."""
    from great_expectations import expectations

    name = "".join(part.capitalize() for part in rule.type.split("_"))
    kind = getattr(expectations, name, None)
    severity = "critical" if rule.severity == "error" else "warning"
    try:
        if kind is None:
            raise ValueError("no such expectation")
        return kind(**rule.arguments, severity=severity, meta={"name": rule.name})
    except (ValueError, TypeError) as error:
        raise DataProblem(
            "catalogue_field",
            subject=f"catalogue/sources/{source_id}.yml",
            where=f"expectations, {rule.type}",
            expected="a Great Expectations type with its arguments",
            found=str(error).splitlines()[0],
            remedy="see the list of expectations at greatexpectations.io/expectations",
        ) from error
