"""The promise that every figure that can change has an answer: an intervention, or the plain word that none is known."""

from __future__ import annotations

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.models import Catalogue
from datawerkplaats.catalogue.reading import problem


def can_change(catalogue: Catalogue, indicator_id: str) -> bool:
    """Whether a figure is good or bad, and so something that people want to change."""
    indicator = catalogue.indicators[indicator_id]
    return indicator.polarity != "neutral" and indicator.status != "retired"


def check_interventions(catalogue: Catalogue, files: dict[str, str]) -> None:
    """Every id exists, no name stands twice, and every figure that can change has an intervention or says that none is known.

    Raises:
        DataProblem: Naming the file and the field.
    """
    registers = catalogue.dimensions.registers
    names: dict[str, str] = {}
    for key, entry in catalogue.interventions.items():
        file = f"catalogue/interventions/{key}.yml"
        if entry.register_id not in registers:
            raise _wrong(file, "register_id", "an id in dimensions/registers.yml", entry.register_id)
        for named in entry.indicators:
            if named not in catalogue.indicators:
                raise _wrong(file, "indicators", "the id of an indicator", named)
            if not can_change(catalogue, named):
                raise _wrong(file, "indicators", "indicators that are good or bad and in use", named)
        if entry.name.casefold() in names:
            raise _wrong(file, "name", "a name that no other file has", names[entry.name.casefold()])
        names[entry.name.casefold()] = file
    helped = {named for entry in catalogue.interventions.values() for named in entry.indicators}
    for key, indicator in catalogue.indicators.items():
        if indicator.none_known and (key in helped or not can_change(catalogue, key)):
            expected = "no none_known: an intervention names it, or it is neither good nor bad"
            raise _wrong(files[key], "none_known", expected, "true")
        if can_change(catalogue, key) and key not in helped and not indicator.none_known:
            expected = "true, or its id in a file of catalogue/interventions"
            raise _wrong(files[key], "none_known", expected, "false")


def _wrong(file: str, field: str, expected: str, found: str) -> DataProblem:
    return problem(file, field, expected, found, "catalogue/README.md lists every field")
