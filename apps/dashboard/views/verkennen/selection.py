"""What the page shows, as a value that comes from the URL and goes back into it: a link reproduces the view."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

SHOWN_LEVELS = ("gemeente", "wijk", "buurt")
SCOPES = ("region", "country")
PARAMETERS = ("class", "indicator", "level", "year", "age", "sex", "scope", "area")
_AREA_CODE = re.compile(r"^(GM|CG|WK|BU)\d{2,8}$")


@dataclass(frozen=True)
class Selection:
    """One view: mart, indicator, region level, year, age band, sex, extent and (perhaps) a chosen area."""

    mart: str
    indicator: str
    level: str
    year: int
    age: str
    sex: str
    scope: str
    area: str | None = None

    @property
    def gemeente(self) -> str:
        """The gemeente that the map is of; empty where it reaches further."""
        return "" if self.scope in SCOPES else self.scope

    def as_parameters(self) -> dict[str, str]:
        """The selection as URL parameters, all of them written out, so that a later default changes no link."""
        found = {
            "class": self.mart,
            "indicator": self.indicator,
            "level": self.level,
            "year": str(self.year),
            "age": self.age,
            "sex": self.sex,
            "scope": self.scope,
        }
        return found | ({"area": self.area} if self.area else {})


def scopes(has_region: bool, level: str, gemeente: str) -> list[str]:
    """How far the map can reach: the region, the whole country, and of smaller areas one gemeente, by its code."""
    own = [gemeente] if gemeente and level != "gemeente" else []
    return [*(SCOPES if has_region else ("country",)), *own]


@dataclass(frozen=True)
class Choices:
    """What can be chosen at each step, given the steps before it."""

    marts: list[str]
    indicators: list[str]
    levels: list[str]
    years: list[int]
    ages: list[str]
    sexes: list[str]


class Availability:
    """Which combinations of mart, indicator, level, year, age and sex the publication holds."""

    def __init__(
        self,
        rows: Sequence[dict[str, Any]],
        public: list[str],
        opens_with: Set[str] = frozenset(),
        ages: Sequence[str] = (),
    ) -> None:
        """Keep the rows of public indicators at levels that the page shows.

        Args:
            rows: Mart, indicator, level, year, age, sex and number of known values.
            public: Indicators that may be shown, in the order of the menu.
            opens_with: Indicators to open with when nothing is asked; of several the first in the menu.
            ages: Age bands in the order in which the theme opens with them.
        """
        self._ages = tuple(ages)
        self._opens_with = opens_with
        self._known: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        order = {indicator: index for index, indicator in enumerate(public)}
        public_rows = [
            row for row in rows if row["indicator_id"] in order and row["region_level"] in SHOWN_LEVELS
        ]
        self._rows = sorted(public_rows, key=lambda row: order[row["indicator_id"]])
        self._by_indicator: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows:
            self._by_indicator.setdefault(row["indicator_id"], []).append(row)
        self._filled = {row["indicator_id"] for row in self._rows if row["known"]}

    def _distinct(self, column: str, **given: Any) -> list[Any]:
        among = self._by_indicator.get(given["indicator_id"], []) if "indicator_id" in given else self._rows
        key = (column, *given.items())
        if key not in self._known:
            matching = (row for row in among if all(row[name] == value for name, value in given.items()))
            self._known[key] = tuple(dict.fromkeys(row[column] for row in matching))
        return list(self._known[key])

    def choices(self, selection: Selection) -> Choices:
        """The options of every step, in the order in which people should see them."""
        given: dict[str, Any] = {"indicator_id": selection.indicator}
        levels = sorted(self._distinct("region_level", **given), key=SHOWN_LEVELS.index)
        given["region_level"] = selection.level
        years = sorted(self._distinct("year", **given), reverse=True)
        given["year"] = selection.year
        ages = sorted(self._distinct("age_band", **given), key=self._age_place)
        given["age_band"] = selection.age
        sexes = sorted(self._distinct("sex", **given), key=lambda sex: (sex != "total", sex))
        marts = [
            mart for mart in ("indicator", "determinant", "outcome") if self._distinct("mart", mart=mart)
        ]
        return Choices(marts, self._distinct("indicator_id", mart=selection.mart), levels, years, ages, sexes)

    def resolve(
        self, wanted: Mapping[str, str], has_region: bool, gemeente: str = ""
    ) -> tuple[Selection | None, list[str]]:
        """The selection a URL asks for, and the names of parameters whose value does not exist here.

        The map can be of one `gemeente` where smaller areas are shown.

        Whatever is not on offer, including text meant to do harm, is never used: it is replaced by the first option.
        """
        if not self._rows:
            return None, []
        unknown: list[str] = []

        def pick(name: str, options: list[Any]) -> Any:
            asked = wanted.get(name)
            match = next((option for option in options if str(option) == asked), None)
            if asked is not None and match is None:
                unknown.append(name)
            return options[0] if match is None else match

        blank = Selection("", "", "", 0, "", "", "region" if has_region else "country")
        mart = pick("class", self._mart_options(wanted))
        menu = self._distinct("indicator_id", mart=mart)
        menu.sort(key=lambda indicator: (indicator not in self._filled, indicator not in self._opens_with))
        chosen = replace(blank, mart=mart, indicator=pick("indicator", menu))
        chosen = replace(chosen, level=pick("level", self.choices(chosen).levels))
        chosen = replace(chosen, year=pick("year", self._years_with_values_first(chosen)))
        chosen = replace(chosen, age=pick("age", self.choices(chosen).ages))
        chosen = replace(chosen, sex=pick("sex", self.choices(chosen).sexes))
        chosen = replace(chosen, scope=pick("scope", scopes(has_region, chosen.level, gemeente)))
        area = wanted.get("area")
        if area and not _AREA_CODE.match(area):
            unknown.append("area")
            area = None
        return replace(chosen, area=area or None), unknown

    def _mart_options(self, wanted: Mapping[str, str]) -> list[str]:
        """The marts, first the one the wanted indicator is in: a link with only an indicator works too."""
        marts = [
            mart for mart in ("indicator", "determinant", "outcome") if self._distinct("mart", mart=mart)
        ]
        home = self._distinct("mart", indicator_id=wanted.get("indicator"))
        return home + [mart for mart in marts if mart not in home]

    def _age_place(self, age: str) -> tuple[int, str]:
        return (self._ages.index(age) if age in self._ages else len(self._ages), age)

    def _years_with_values_first(self, chosen: Selection) -> list[int]:
        """Years newest first, those in which nothing is known last: nobody should land on an empty map."""
        given = {"indicator_id": chosen.indicator, "region_level": chosen.level}
        years = sorted(self._distinct("year", **given), reverse=True)
        filled = {
            row["year"]
            for row in self._by_indicator.get(chosen.indicator, [])
            if row["known"] and row["region_level"] == chosen.level
        }
        return [year for year in years if year in filled] + [year for year in years if year not in filled]
