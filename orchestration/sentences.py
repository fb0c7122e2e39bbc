"""What went wrong in a run, told as sentences from its events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dagster as dg

from datawerkplaats.base.errors import DataProblem, disk_is_full, tells_of_a_full_disk
from datawerkplaats.base.settings import get_settings

# The check on a delivery: a step of its own, named after the asset and this.
DELIVERY_CHECK = "expectations"
GOVERNANCE_CHECK = "governance_gate"
_SENTENCE = DataProblem.__name__


def sentences_of(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """One sentence per failed check of a delivery, and per failed step that says more than that."""
    found: list[str] = []
    for event in events:
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR and check.blocking:
                found += (check.description or "").splitlines()
        elif event.is_step_failure and not _is_a_check(event):
            found += _sentence_of(event.event_specific_data).splitlines()
    return list(dict.fromkeys(found))


def _is_a_check(event: dg.DagsterEvent) -> bool:
    """Whether a step only checked: then the check has said what is wrong, unless the step raised a sentence itself."""
    raised = getattr(event.event_specific_data, "user_failure_data", None)
    return (event.step_key or "").endswith((f"_{DELIVERY_CHECK}", f"_{GOVERNANCE_CHECK}")) and not (
        raised and raised.description
    )


def _sentence_of(failed_step: Any) -> str:
    """The sentence of a failed step: the one it raised, or the last line of an unexpected error."""
    raised = getattr(failed_step, "user_failure_data", None)
    if raised and raised.description:
        return str(raised.description)
    return sentence_of(failed_step.error)


def sentence_of(error: Any) -> str:
    """The sentence of an error as Dagster keeps it; of one that is no sentence, the first line of what it came from."""
    while error.cause is not None and error.cls_name != _SENTENCE:
        error = error.cause
    first: str = str(error.message).strip().splitlines()[0]
    if error.cls_name == _SENTENCE:
        return first.partition(f"{_SENTENCE}: ")[2] or first
    return disk_is_full(get_settings().data_dir).sentence("en") if tells_of_a_full_disk(first) else first
