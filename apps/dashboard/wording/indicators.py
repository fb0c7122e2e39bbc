"""What the pages say about an indicator: its title, how its figures are written, and when an association would be circular."""

from __future__ import annotations

from typing import Any

from apps.dashboard.data import queries
from apps.dashboard.data.cube import Moment
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import Format, decimals_of, is_ranked
from apps.dashboard.wording.texts import text, word
from datawerkplaats.statistics import Series, pair_reason

MART_ORDER = {mart: index for index, mart in enumerate(queries.MARTS)}
# The unit of figures that say first of all how many people live somewhere.
NUMBER = "aantal"


class IndicatorTexts:
    """All public indicators of a publication, in the language of the page."""

    def __init__(self, context: Context) -> None:
        """Read the indicators."""
        self.context = context
        self.rows: dict[str, dict[str, Any]] = {
            row["indicator_id"]: row for row in queries.all_indicators(context.release)
        }
        self.circular = queries.circular_pairs(context.release)

    def title(self, indicator: str) -> str:
        """The name people see."""
        return self.context.title_of(self.rows[indicator])

    def menu(self, moments: list[Moment]) -> list[str]:
        """Indicator ids by class, then by title."""
        return [
            m.indicator_id
            for m in sorted(moments, key=lambda m: (MART_ORDER[m.mart], self.title(m.indicator_id)))
        ]

    def comparable(self, moments: list[Moment]) -> list[str]:
        """The menu without plain numbers: between areas of unequal size these go together with everything that grows with size."""
        return [item for item in self.menu(moments) if self.rows[item]["unit"] != NUMBER]

    def is_ranked(self, indicator: str) -> bool:
        """Whether areas may be put in order by it."""
        return is_ranked(self.rows[indicator])

    def menu_title(self, indicator: str) -> str:
        """The name in a menu of all classes together."""
        mart = text(f"shared.one_{self.rows[indicator]['mart']}", self.context.language)
        return f"{self.title(indicator)} · {mart}"

    def style(self, indicator: str, is_modelled: bool) -> Format:
        """How its figures are written."""
        row = self.rows[indicator]
        unit = word("unit", row["unit"] or "", self.context.language)
        decimals, is_count = decimals_of(row, is_modelled), row["unit"] == NUMBER
        return Format(unit, decimals, self.context.language, is_count)

    def series(self, indicator: str, is_modelled: bool) -> Series:
        """What the guards have to know: modelled or not, what it is estimated from, and which indicators tell about that."""
        row = self.rows[indicator]
        if not is_modelled:
            return Series(indicator)
        codes = [code.strip() for code in (row["model_predictors"] or "").split(",") if code.strip()]
        return Series(indicator, True, self.circular.get(indicator, frozenset()) | frozenset(codes))

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
