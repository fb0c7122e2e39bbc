"""What came of protecting."""

from __future__ import annotations

from dataclasses import dataclass

from datawerkplaats.base.errors import DataProblem

# A file that points at persons stops the build until somebody has taken it away; other refusals are a notice.
STOPS_THE_BUILD = frozenset({"direct_identifier"})


@dataclass(frozen=True)
class Outcome:
    """Per source the id of its protected table, a line for people, and why sources were held back."""

    snapshots: dict[str, str]
    line: str
    problems: tuple[DataProblem, ...] = ()
