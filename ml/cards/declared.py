"""What a design declares of its data, as a card tells it."""

from __future__ import annotations

from ml.base.design import CohortDesign, Design, Provenance


def told_of(design: Design) -> dict[str, str]:
    """What the design declares of where its data come from, and of what it leaves out that it does; nothing is made up."""
    declared, made = design.provenance or Provenance(), dict[str, str]()
    if design.synthetic:
        made = {
            "data": "All data are SYNTHETIC: no row describes a person, and no result says anything about people.",
            "setting": "A made-up cohort in waves, questionnaires by informant",
            "represents": "invented people; says nothing about any population",
            "ethics": "No personal data: the panel is synthetic",
            "sharing": "The panel is made again by its seed; the answer file stays apart",
            "limitations": "The truth was set by ourselves; real people are messier. Self-report; drop-out depends on answers.",
        }
    return {
        name: getattr(declared, name)
        or made.get(name)
        or f"not declared in the design file (provenance.{name})"
        for name in Provenance.model_fields
    }


def conditions(design: Design) -> str:
    """Which rows of a table take part, in words; empty for a panel of waves."""
    if isinstance(design, CohortDesign):
        return ""
    told = []
    for one in design.population.where:
        if one.one_of is not None:
            told.append(f"{one.column} one of {', '.join(one.one_of)}")
        elif one.at_least is not None and one.at_most is not None:
            told.append(f"{one.column} from {one.at_least:g} to {one.at_most:g}")
        else:
            told.append(
                f"{one.column} from {one.at_least:g}"
                if one.at_least is not None
                else f"{one.column} up to {one.at_most:g}"
            )
    return "rows with " + ", ".join(told) if told else "all rows of the file"
