"""What cannot be true together, told from the declarations alone: units and bounds, cut-offs and scales, years, measures."""

from __future__ import annotations

import difflib
import re
from itertools import combinations

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.measures import EDITION_NUMBER, declared_measures
from datawerkplaats.catalogue.models import Catalogue, Indicator
from datawerkplaats.catalogue.sources import PERIOD_NAME, Source

_RANGE = re.compile(r"(\d+)-(\d+)\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SPATIAL = ("geojson", "micro")  # kinds that have no column with a year here


def check_contradictions(catalogue: Catalogue, files: dict[str, str]) -> None:
    """Raise the first contradiction; `files` names the file of each indicator."""
    _check_instruments(catalogue)
    for key, source in catalogue.sources.items():
        _check_years(f"catalogue/sources/{key}.yml", source)
        _check_claims(f"catalogue/sources/{key}.yml", source)
    _check_series(catalogue)
    for key, indicator in catalogue.indicators.items():
        _check_unit(files[key], indicator)
        _check_measures(catalogue, files[key], indicator)


def _check_instruments(catalogue: Catalogue) -> None:
    """Scores that count lie on the instrument's scale."""
    for key, instrument in catalogue.dimensions.instruments.items():
        scale = _RANGE.match(instrument.range or "")
        if scale is None:
            continue
        lowest, highest = int(scale[1]), int(scale[2])
        for cut_off in instrument.cut_offs:
            scores = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", cut_off)]
            if any(not lowest <= score <= highest for score in scores):
                raise _wrong(
                    "catalogue/dimensions/instruments.yml",
                    f"{key}.cut_offs",
                    f"scores from {lowest} to {highest}, as {key}.range says",
                    cut_off,
                    "correct the cut-off or the range",
                )


def _check_years(file: str, source: Source) -> None:
    """Each figure has one year: from one column, or from `period`."""
    own = list(dict.fromkeys([*source.keys, *source.dimension_columns]))
    columns = [name for name in own if PERIOD_NAME.fullmatch(name)]
    if len(columns) > 1:
        raise _wrong(
            file,
            "dimension_columns",
            "one column with the year",
            " and ".join(columns),
            "leave the one out that is not about the figures",
        )
    if source.period and columns:
        raise _wrong(
            file,
            "period",
            f"a year from column {columns[0]}, or from period",
            f"{columns[0]} and period {source.period}",
            "leave one of the two out",
        )
    if source.period and not _YEAR.fullmatch(source.period):
        raise _wrong(file, "period", "a year, such as 2024", source.period, "write the year of the figures")
    if not source.period and not columns and source.reader.kind not in _SPATIAL:
        raise _wrong(
            file,
            "period",
            "a year: a column in dimension_columns, or period",
            "neither",
            "name the column with the year, or write period: the year of the figures",
        )


def _check_claims(file: str, source: Source) -> None:
    """A delivered column is taken by one declared column."""
    claimed: dict[str, str] = {}
    for column, names in source.reader.columns.items():
        for name in {*(names or [column])}:
            other = claimed.setdefault(name.lower(), column)
            if other != column:
                raise _wrong(
                    file,
                    f"reader.columns.{column}",
                    f"a delivered column that no other measure takes ({other} takes it)",
                    name,
                    f"take {name} out of {other} or of {column}",
                )


def _check_series(catalogue: Catalogue) -> None:
    """Two editions of a series that is joined by year are not about the same year."""
    for key, series in catalogue.dimensions.editions.items():
        if series.rule != "one_per_year":
            continue
        for one, other in combinations(series.sources, 2):
            year = catalogue.sources[one].period
            if year and year == catalogue.sources[other].period:
                raise _wrong(
                    f"catalogue/sources/{other}.yml",
                    "period",
                    f"a year that no other edition of {key} has",
                    f"{year}, as {one} has",
                    "correct the year, or take one of the two out of the series in dimensions/editions.yml",
                )


def _check_unit(file: str, indicator: Indicator) -> None:
    """Plausible values are values that the unit can have."""
    bounds, definition = indicator.plausibility, indicator.definition
    if bounds.min >= bounds.max:
        raise _wrong(
            file,
            "plausibility.max",
            f"more than plausibility.min ({bounds.min:g})",
            f"{bounds.max:g}",
            "correct one of the two",
        )
    if indicator.unit != "%":
        return
    if bounds.min < 0 or bounds.max > 100:
        field, value = ("min", bounds.min) if bounds.min < 0 else ("max", bounds.max)
        raise _wrong(
            file,
            f"plausibility.{field}",
            "from 0 to 100, as the unit is %",
            f"{value:g}",
            "correct the bound, or the unit",
        )
    if definition.method == "ratio" and definition.multiplier != 100:
        raise _wrong(
            file,
            "definition.multiplier",
            "100, as the unit is %",
            f"{definition.multiplier:g}",
            "write multiplier: 100, or correct the unit",
        )


def _check_measures(catalogue: Catalogue, file: str, indicator: Indicator) -> None:
    """Some source of an indicator names its measures; sources whose columns only a delivery tells are held against that."""
    held = [declared_measures(source) for source in catalogue.sources_of(indicator)]
    known = {code for codes in held if codes is not None for code in codes}
    if indicator.status == "retired" or not held or None in held:
        return
    for field, code in indicator.definition.named.items():
        if code not in known:
            near = difflib.get_close_matches(EDITION_NUMBER.sub("", code), sorted(known), n=1, cutoff=0.0)
            names = ", ".join(source.source_id for source in catalogue.sources_of(indicator))
            raise DataProblem(
                "unknown_measure",
                subject=file,
                where=field,
                expected=f"a measure of {names}",
                found=code,
                remedy=(f"nearest is {near[0]}; or " if near else "")
                + "name the column under reader.columns of the source",
            )


def _wrong(file: str, field: str, expected: str, found: str, remedy: str) -> DataProblem:
    return DataProblem(
        "catalogue_field", subject=file, where=field, expected=expected, found=found, remedy=remedy
    )
