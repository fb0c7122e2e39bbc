# Long because it is one list: every contradiction between two files of the catalogue.
"""What one catalogue file says of another: ids exist, and no concept has two files or two cut-offs."""

from __future__ import annotations

import difflib
import itertools
import re
from graphlib import CycleError, TopologicalSorter
from typing import Any

from datawerkplaats.catalogue.identifiers import name_tells
from datawerkplaats.catalogue.models import Catalogue
from datawerkplaats.catalogue.reading import problem

# An id may carry its cut-off, such as loneliness_djg_ge3: then the definition has to state the same one.
_CUT_OFF_IN_ID = re.compile(r"_(ge|gt|le|lt)(\d+)(?:_|$)")
_SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


def check_references(catalogue: Catalogue, files: dict[str, str]) -> None:
    """Raise the first contradiction between files; `files` names the file of each indicator."""
    _check_made_of(catalogue)
    _check_editions(catalogue)
    _check_indicators(catalogue, files)
    _check_definitions_differ(catalogue, files)
    _check_concepts(catalogue, files)
    _check_corrections(catalogue)
    _check_caveat_rules(catalogue)
    _check_partners(catalogue)
    _check_predictors(catalogue)


def _check_made_of(catalogue: Catalogue) -> None:
    """What a source is made of exists, is not the source itself in the end, and holds what its rates are counted against."""
    field = "made_of"
    for key, source in catalogue.sources.items():
        for name in source.made_of:
            _known(
                f"catalogue/sources/{key}.yml", field, name, catalogue.sources, "a file in catalogue/sources"
            )
        if source.micro and source.micro.denominators.source not in source.made_of:
            raise problem(
                f"catalogue/sources/{key}.yml",
                field,
                f"{source.micro.denominators.source}, as micro.denominators.source counts against it",
                ", ".join(source.made_of) or "nothing",
                "add it to the list",
            )
    try:
        TopologicalSorter({key: source.made_of for key, source in catalogue.sources.items()}).prepare()
    except CycleError as error:
        circle = [str(name) for name in error.args[1]]
        raise problem(
            f"catalogue/sources/{circle[0]}.yml",
            field,
            "sources that are not made of this one",
            " <- ".join(circle),
            "take one of them out of the list",
        ) from error


def _check_indicators(catalogue: Catalogue, files: dict[str, str]) -> None:
    """Every id an indicator mentions exists."""
    dimensions = catalogue.dimensions
    for key, indicator in catalogue.indicators.items():
        definition = indicator.definition
        _known(
            files[key],
            "definition.source",
            definition.source,
            {**catalogue.dimensions.editions, **catalogue.sources},
            "a file in catalogue/sources, or a series in dimensions/editions.yml",
        )
        if definition.official:
            _known(
                files[key],
                "definition.official",
                definition.official,
                dimensions.editions,
                "a series in dimensions/editions.yml",
            )
        _known(
            files[key],
            "population",
            indicator.population,
            dimensions.populations,
            "an id in dimensions/populations.yml",
        )
        _known(
            files[key],
            "determinant_level",
            indicator.determinant_level,
            dimensions.determinant_levels,
            "an id in dimensions/determinant_levels.yml",
        )
        for caveat in indicator.caveats:
            _known(files[key], "caveats", caveat, dimensions.caveats, "ids in dimensions/caveats.yml")
        _known(
            files[key],
            "shown.helpline",
            indicator.shown.helpline,
            dimensions.helplines,
            "an id in dimensions/helplines.yml",
        )
        _known(
            files[key],
            "replaced_by",
            indicator.replaced_by,
            catalogue.indicators,
            "the id of another indicator",
        )
        _known(
            files[key],
            "definition.instrument",
            definition.instrument,
            dimensions.instruments,
            "an id in dimensions/instruments.yml",
        )
        if definition.instrument and definition.cut_off:
            allowed = dimensions.instruments[definition.instrument].cut_offs
            _known(
                files[key],
                "definition.cut_off",
                definition.cut_off,
                allowed,
                f"a cut-off of {definition.instrument} in dimensions/instruments.yml",
            )
        stated = _CUT_OFF_IN_ID.search(key)
        if stated and definition.cut_off and definition.cut_off != _SIGNS[stated[1]] + stated[2]:
            raise problem(
                files[key],
                "definition.cut_off",
                f"{_SIGNS[stated[1]]}{stated[2]}, as the id says",
                definition.cut_off,
                "a concept has one cut-off: correct it, or give the other cut-off an id of its own",
            )


def _check_editions(catalogue: Catalogue) -> None:
    """A series names sources that exist, and has an id that no source has."""
    name = "catalogue/dimensions/editions.yml"
    for key, series in catalogue.dimensions.editions.items():
        if key in catalogue.sources:
            raise problem(name, key, "an id that no source has", key, "rename the series")
        for source in series.sources:
            _known(name, f"{key}.sources", source, catalogue.sources, "a file in catalogue/sources")


def _check_concepts(catalogue: Catalogue, files: dict[str, str]) -> None:
    """One concept is one instrument, one cut-off and one population: nothing else may carry another id."""
    first: dict[tuple[str, str, str], str] = {}
    for key, indicator in catalogue.indicators.items():
        definition = indicator.definition
        if not (definition.instrument and definition.cut_off) or indicator.status == "retired":
            continue
        concept = (definition.instrument, definition.cut_off, indicator.population)
        other = first.setdefault(concept, key)
        if other != key:
            raise problem(
                files[key],
                "definition.cut_off",
                "an instrument, cut-off and population that no other indicator has",
                f"{definition.instrument} {definition.cut_off}, {indicator.population}, as in {files[other]}",
                f"use {other}, or retire it with replaced_by: {key}",
            )


def _check_definitions_differ(catalogue: Catalogue, files: dict[str, str]) -> None:
    """No measure is two concepts, be it with another cut-off or as an alias that correlates with itself."""
    first: dict[tuple[str, ...], str] = {}
    for key, indicator in catalogue.indicators.items():
        if indicator.status in ("retired", "no_data"):
            continue
        definition = indicator.definition
        reads = (str(definition.source), definition.method, *definition.measures.values())
        other = first.setdefault(reads, key)
        if other == key:
            continue
        theirs = catalogue.indicators[other].definition
        if (theirs.instrument, theirs.cut_off) != (definition.instrument, definition.cut_off):
            raise problem(
                files[key],
                "definition.cut_off",
                f"{theirs.instrument} {theirs.cut_off}, as {files[other]} says of the same measure",
                f"{definition.instrument} {definition.cut_off}",
                "one measure has one instrument and one cut-off: correct one of the two files",
            )
        raise problem(
            files[key],
            "definition",
            f"measures that no other indicator has (these are {other})",
            ", ".join(definition.measures.values()),
            f"use {other}, or retire it with replaced_by: {key}",
        )


def _check_corrections(catalogue: Catalogue) -> None:
    """Every correction has an id of its own, and no value is corrected twice."""
    seen: dict[str, str] = {}
    for source_id, entries in catalogue.corrections.items():
        name = f"catalogue/corrections/{source_id}.yml"
        _known(name, "file name", source_id, catalogue.sources, "the id of a source")
        for entry in entries:
            if entry.correction_id in seen:
                raise problem(
                    name,
                    "correction_id",
                    "an id that no other correction has",
                    entry.correction_id,
                    f"also in {seen[entry.correction_id]}",
                )
            seen[entry.correction_id] = name
        still_open = [entry for entry in entries if entry.status == "open"]
        for one, other in itertools.combinations(still_open, 2):
            if one.measure == other.measure and all(
                "*" in mine or "*" in theirs or set(mine) & set(theirs)
                for mine, theirs in (
                    (one.regions, other.regions),
                    (one.periods, other.periods),
                    (one.age_bands, other.age_bands),
                )
            ):
                found = f"{one.correction_id} and {other.correction_id}"
                raise problem(
                    name, "regions", "one correction per value", found, "make one of the two narrower"
                )


def _check_predictors(catalogue: Catalogue) -> None:
    """Every characteristic a model estimates from is in the list that says what it is circular with."""
    name = "catalogue/dimensions/predictors.yml"
    known = catalogue.dimensions.predictors
    for key, predictor in known.items():
        for indicator in predictor.indicators:
            _known(name, f"{key}.indicators", indicator, catalogue.indicators, "ids of indicators")
    for source_id, source in catalogue.sources.items():
        for predictor_id in source.model_predictors:
            file = f"catalogue/sources/{source_id}.yml"
            _known(file, "model_predictors", predictor_id, known, "ids in dimensions/predictors.yml")


def _check_caveat_rules(catalogue: Catalogue) -> None:
    name = "catalogue/dimensions/caveats.yml"
    for key, caveat in catalogue.dimensions.caveats.items():
        rule = caveat.applies_when
        for source in rule.sources if rule else []:
            known = {**catalogue.sources, **catalogue.dimensions.editions}
            _known(name, f"{key}.applies_when.sources", source, known, "ids of sources or series of editions")
        for instrument in rule.instruments if rule else []:
            _known(
                name,
                f"{key}.applies_when.instruments",
                instrument,
                catalogue.dimensions.instruments,
                "ids in dimensions/instruments.yml",
            )


def _check_partners(catalogue: Catalogue) -> None:
    """A partner's rates are taken of a source that exists, and its columns are not named after what is refused."""
    for key, source in catalogue.sources.items():
        if source.micro is None:
            continue
        name = f"catalogue/sources/{key}.yml"
        declared = source.micro.denominators.source
        _known(name, "micro.denominators.source", declared, catalogue.sources, "a file in catalogue/sources")
        for column in source.micro.columns:
            if told := name_tells(column):
                raise problem(
                    name,
                    "micro",
                    "columns that do not point at a person",
                    f"{column}, which is named like {told}",
                    "leave the column out of the agreement with the partner",
                )


def _known(name: str, field: str, value: str | None, known: Any, expected: str) -> None:
    if value is None or value in known:
        return
    near = difflib.get_close_matches(value, list(known), n=1, cutoff=0.4)
    raise problem(
        name,
        field,
        expected,
        value,
        f"nearest is {near[0]}" if near else f"known: {', '.join(list(known)[:8]) or 'none'}",
    )
