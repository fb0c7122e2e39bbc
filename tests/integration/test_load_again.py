"""When a source is loaded again within a run: where waiting may help, and never where the run was asked to stop."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.result import IngestResult
from orchestration.defs import resources, snapshots
from orchestration.sentences import sentences_of
from orchestration.sources import Loaded


class Refusing:
    """A loader to which a source always comes to the same."""

    settings = SimpleNamespace(source="live")

    def __init__(self, outcome: DataProblem | BaseException) -> None:
        self.outcome, self.asked = outcome, 0

    def ask(self, _: Any) -> None:
        """Nothing is asked ahead."""

    def load(self, _: Any) -> Loaded:
        """The outcome."""
        self.asked += 1
        if not isinstance(self.outcome, DataProblem):
            raise self.outcome
        return Loaded(IngestResult("rejected", None, self.outcome), 0.0)


def loaded(loader: Refusing, monkeypatch: pytest.MonkeyPatch) -> dg.ExecuteInProcessResult:
    """A run that loads one required source."""
    monkeypatch.setattr(snapshots, "_WAIT_S", 0.0)
    source = next(one for one in resources.catalogue().sources.values() if one.required and one.micro is None)
    return dg.materialize(
        [snapshots._asset(source)],
        resources={"loader": loader},
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )


@pytest.mark.parametrize(("code", "times"), [("service_unavailable", 3), ("missing_column", 1)])
def test_only_where_waiting_may_help(monkeypatch: pytest.MonkeyPatch, code: str, times: int) -> None:
    problem = DataProblem(code, subject="it", remedy="wait")
    loader = Refusing(problem)
    result = loaded(loader, monkeypatch)
    assert not result.success and loader.asked == times
    assert sentences_of(result.all_events) == [problem.sentence("en")]


def test_never_where_the_run_was_asked_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = Refusing(DagsterExecutionInterruptedError())
    result = loaded(loader, monkeypatch)
    assert not result.success and loader.asked == 1
    assert not [
        event for event in result.all_events if event.event_type == dg.DagsterEventType.STEP_UP_FOR_RETRY
    ]
