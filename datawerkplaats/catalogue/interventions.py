"""Interventions: what is known to help, and with which figures.

The facts are those of public registers, the descriptions our own words. A level is told only with the day it was given: recognition
ends after some years, and a level that nobody looked up is worse than none.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from datawerkplaats.catalogue.dimensions import Entry, Identifier, Text

Level = Literal[
    "not_given",
    "well_described",
    "well_founded",
    "first_indications",
    "good_indications",
    "strong_indications",
]
Age = Annotated[int, Field(ge=0, le=120)]


class Intervention(Entry):
    """One approach that is known to help: whom, with what, and how well that was judged."""

    intervention_id: Identifier = Field(description="The file's name.")
    name: str = Field(min_length=2, description="Name as its owner writes it.")
    owner: str | None = Field(None, description="Who maintains it; left out where that is not sure.")
    register_id: Identifier = Field(
        description="Public list in which it stands, an id in dimensions/registers.yml."
    )
    level: Level = Field(
        "not_given",
        description="Level of recognition; not_given where nobody looked it up: the reader is sent to the register.",
    )
    recognised_on: date | None = Field(
        None, description="Day the level was given (needed with a level, and only there)."
    )
    checked_on: date | None = Field(
        None,
        description="Day a person last laid this file beside the register; left out: nobody has yet. Stale after 365 days.",
    )
    ages: tuple[Age, Age] = Field(description="Youngest and oldest age in years whom it is meant to help.")
    audience: Text = Field(description="For whom it is, in plain words.")
    description: Text = Field(description="What happens, in plain words of our own.")
    indicators: list[Identifier] = Field(
        min_length=1,
        description="Ids of the indicators that it works on, directly or for those who take part.",
    )

    @model_validator(mode="after")
    def _level_has_its_day(self) -> Intervention:
        if (self.level == "not_given") != (self.recognised_on is None):
            raise ValueError("recognised_on belongs to a level that is given, and only to it")
        if self.ages[0] > self.ages[1]:
            raise ValueError("ages are the youngest and then the oldest")
        if len(set(self.indicators)) < len(self.indicators):
            raise ValueError("indicators has an id twice")
        return self
