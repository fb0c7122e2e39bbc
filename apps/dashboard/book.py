"""What the pages say about an indicator: its title, how its figures are written, and when an association would be circular."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from apps.dashboard import data
from apps.dashboard.components.texts import text, word
from apps.dashboard.context import Context
from apps.dashboard.data_cube import Moment
from apps.dashboard.views.verkennen.figures import Format, decimals_of
from datawerkplaats.statistics import Series, pair_reason

PREDICTORS_FILE = Path(__file__).parent / "predictors.yml"
MART_ORDER = {mart: place for place, mart in enumerate(data.MARTS)}


@lru_cache
def predictor_indicators() -> dict[str, tuple[str, ...]]:
    """Per characteristic that a model may estimate from, the indicators that tell about it."""
    return {
        key: tuple(ids) for key, ids in yaml.safe_load(PREDICTORS_FILE.read_text(encoding="utf-8")).items()
    }


class Book:
    """All public indicators of a publication, in the language of the page."""

    def __init__(self, context: Context) -> None:
        """Read the indicators."""
        self.context = context
        self.rows: dict[str, dict[str, Any]] = {
            row["indicator_id"]: row for row in data.indicators(context.release)
        }

    def title(self, indicator: str) -> str:
        """The name people see."""
        return self.context.title_of(self.rows[indicator])

    def menu(self, moments: list[Moment]) -> list[str]:
        """Indicator ids by class, then by title."""
        return [
            m.indicator_id
            for m in sorted(moments, key=lambda m: (MART_ORDER[m.mart], self.title(m.indicator_id)))
        ]

    def menu_title(self, indicator: str) -> str:
        """The name in a menu of all classes together."""
        mart = text(f"shared.one_{self.rows[indicator]['mart']}", self.context.language)
        return f"{self.title(indicator)} · {mart}"

    def style(self, indicator: str, is_modelled: bool) -> Format:
        """How its figures are written."""
        row = self.rows[indicator]
        unit = word("unit", row["unit"] or "", self.context.language)
        return Format(unit, decimals_of(row, is_modelled), self.context.language)

    def series(self, indicator: str, is_modelled: bool) -> Series:
        """What the guards have to know: modelled or not, and the indicators that tell about what the model estimates from."""
        row = self.rows[indicator]
        if not is_modelled:
            return Series(indicator)
        codes = [code.strip() for code in (row["model_predictors"] or "").split(",") if code.strip()]
        told = {known for code in codes for known in predictor_indicators().get(code, ())}
        return Series(indicator, True, frozenset(told | set(codes)))

    def refusal(self, first: str, second: str, modelled: dict[str, bool]) -> str:
        """Why an association of two indicators would be circular, or nothing: the reasons of the statistics package."""
        if first == second or self._same_concept(first, second):
            return "circular_pair"
        return pair_reason(
            self.series(first, modelled.get(first, False)), self.series(second, modelled.get(second, False))
        )

    def _same_concept(self, first: str, second: str) -> bool:
        """Whether two figures tell of one concept: one questionnaire of the same people, or the same column twice."""
        a, b = self.rows[first], self.rows[second]
        same_column = a["source_id"] == b["source_id"] and a["measure_code"] == b["measure_code"]
        return same_column or (
            bool(a["instrument"]) and a["instrument"] == b["instrument"] and a["source_id"] == b["source_id"]
        )
