"""What a figure is held against: the mean of estimates of a larger area is no count of it, and says so wherever it stands."""

from __future__ import annotations

from apps.dashboard.wording.figures import Format
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language


def name(reference: str, is_estimated: bool, language: Language) -> str:
    """The name of a larger area in a sentence, or of its mean of estimates."""
    return text("shared.by_estimates", language, reference=reference) if is_estimated else reference


def told(shown: str, is_estimated: bool, official: float | None, style: Format) -> str:
    """The figure of a larger area where its bare name stands with it: marked as other estimates are.

    Args:
        shown: The figure as it is written.
        is_estimated: Whether it is a mean of estimates.
        official: What a survey of that area says, where it reads otherwise; else None.
        style: How figures are written.
    """
    marked = f"≈ {shown}" if is_estimated else shown
    if official is None:
        return marked
    return text("shared.beside_survey", style.language, shown=marked, official=style.short(official))
