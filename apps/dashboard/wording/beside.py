"""What a larger area's figure beside an estimate is called: where a survey of that area says something else, both are told."""

from __future__ import annotations

from apps.dashboard.wording.figures import Format
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language


def name(reference: str, official: float | None, language: Language) -> str:
    """The name of a larger area, or of its mean of estimates.

    Args:
        reference: What the larger area is called.
        official: What a survey of that area says, where the figure shown is the mean of the estimates; else None.
        language: Of the page.
    """
    return reference if official is None else text("shared.by_estimates", language, reference=reference)


def value(shown: str, official: float | None, style: Format) -> str:
    """The figure as it is written, with what the survey says where that is something else than the mean of estimates."""
    if official is None:
        return shown
    return text("shared.beside_survey", style.language, shown=shown, official=style.short(official))
