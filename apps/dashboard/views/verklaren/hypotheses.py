"""The hypothesis map: what is thought about a determinant, with the kind of evidence, its source and what would refute it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import yaml

from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import get_settings

EVIDENCE = ("persons", "framework", "expert")


@dataclass(frozen=True)
class Hypothesis:
    """One line of the map, for one determinant."""

    expected: str  # worse | better
    evidence: str
    source: str
    text: dict[Language, str]
    refuted_by: dict[Language, str]


@lru_cache
def hypotheses() -> dict[str, Hypothesis]:
    """The map by determinant."""
    path = get_settings().catalogue_dir / "dimensions" / "hypotheses.yml"
    found: dict[str, Hypothesis] = {}
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")).values():
        told = Hypothesis(
            entry["expected"], entry["evidence"], entry["source"], entry["text"], entry["refuted_by"]
        )
        found |= dict.fromkeys(entry["from"], told)
    return found


def agrees(hypothesis: Hypothesis | None, polarity: str, coefficient: float) -> bool | None:
    """Whether a sign is what the map expects; None where the map is silent or the outcome is neither good nor bad."""
    if hypothesis is None or polarity not in ("higher_is_worse", "higher_is_better"):
        return None
    more_is_worse = coefficient > 0 if polarity == "higher_is_worse" else coefficient < 0
    return more_is_worse == (hypothesis.expected == "worse")
