"""Requests that schemathesis generates from the service's own description, and which of them ended in a server error."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok


def server_errors(app: Any, examples: int) -> list[str]:
    """The requests that were answered with 500 or more, `examples` per address."""
    failed: list[str] = []
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            answer = case.call()
            if answer.status_code >= 500:
                failed.append(f"{case.path} {case.query} {answer.status_code}")

        ask()
    return failed
