"""The hypothesis map: what is thought about a determinant, with the kind of evidence, its source and what would refute it."""

from __future__ import annotations

from datawerkplaats.catalogue.themes import Hypothesis, Theme

EVIDENCE = ("persons", "framework", "expert")


def hypotheses(theme: Theme) -> dict[str, Hypothesis]:
    """The map of a theme by determinant."""
    return {cause: told for told in theme.hypotheses.values() for cause in told.causes}


def agrees(hypothesis: Hypothesis | None, polarity: str, coefficient: float) -> bool | None:
    """Whether a sign is what the map expects; None where the map is silent or the outcome is neither good nor bad."""
    if hypothesis is None or polarity not in ("higher_is_worse", "higher_is_better"):
        return None
    more_is_worse = coefficient > 0 if polarity == "higher_is_worse" else coefficient < 0
    return more_is_worse == (hypothesis.expected == "worse")
