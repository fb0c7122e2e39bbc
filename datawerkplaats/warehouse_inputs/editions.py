"""Which source an indicator's figures come from, where several editions of a table hold the same measure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.measures import EDITION_NUMBER
from datawerkplaats.catalogue.models import Catalogue, Indicator, Source

# The measures of a source's current snapshot, and whether they have any value; None for an absent source.
Held = Callable[[Source], Mapping[str, bool] | None]


def sources_in_use(catalogue: Catalogue, indicator: Indicator, held: Held) -> list[Source]:
    """The sources whose figures are shown for an indicator, the one that wins first.

    One source for a plain definition and for a series of rule `one_edition`; every edition that is loaded for
    a series of rule `one_per_year`. Where nothing is loaded it is the preferred source, without figures.
    """
    declared = catalogue.sources_of(indicator)
    needed = set(indicator.definition.measures.values())
    loaded = [source for source in declared if needed.issubset(held(source) or ())]
    loaded.sort(key=lambda source: not all((held(source) or {})[code] for code in needed))
    series = catalogue.dimensions.editions.get(str(indicator.definition.source))
    if series and series.rule == "one_per_year":
        return loaded or declared[:1]
    return (loaded or declared)[:1]


def official_in_use(catalogue: Catalogue, indicator: Indicator, held: Held) -> list[Source]:
    """The official survey tables that are loaded and hold an indicator's measure, the preferred one first."""
    needed = set(indicator.definition.measures.values())
    return [source for source in catalogue.official_of(indicator) if needed.issubset(held(source) or ())]


def check_measures_held(catalogue: Catalogue, held: Held) -> None:
    """Raise when an active indicator reads a measure that none of its loaded sources holds.

    A source that is absent is skipped: its absence is a notice of its own. Every edition of a series is
    meant to hold the series' measures, so one that is absent is no excuse.

    Raises:
        DataProblem: `unknown_measure`, naming file, field and the nearest measure that exists.
    """
    for key, indicator in catalogue.indicators.items():
        found = {source.source_id: held(source) for source in catalogue.sources_of(indicator)}
        loaded = {source_id: codes for source_id, codes in found.items() if codes is not None}
        if indicator.status != "active" or not loaded:
            continue
        for field, code in indicator.definition.named.items():
            if any(code in codes for codes in loaded.values()):
                continue
            known = sorted({c for codes in loaded.values() for c in codes})
            near = difflib.get_close_matches(EDITION_NUMBER.sub("", code), known, n=1, cutoff=0.0)
            names = ", ".join(loaded)
            raise DataProblem(
                "unknown_measure",
                subject=f"catalogue/indicators/{indicator.mart}/{key}.yml",
                where=field,
                expected=f"a measure of {names}",
                found=code,
                remedy=f"nearest is {near[0]}; all stand in measures.json of the compiled catalogue"
                if near
                else f"{names} delivers no measures",
            )
