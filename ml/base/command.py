"""How the commands of the risk model end: with lines of JSON, or with one sentence and its exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from datawerkplaats.base.errors import message
from ml.base.problems import DataProblem


def told(lines: Iterable[dict[str, Any]]) -> int:
    """0 once each line is written; or the exit code of the problem that came up while they were made, after its sentence."""
    try:
        for line in lines:
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    except DataProblem as problem:
        sys.stderr.write(message(problem) + "\n")
        return problem.exit_code
    return 0
