"""The lists in `catalogue/dimensions` as typed declarations, and what all entries have in common."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Mart = Literal["indicator", "determinant", "outcome"]
MARTS: tuple[Mart, ...] = ("indicator", "determinant", "outcome")


class Entry(BaseModel):
    """Base of all catalogue entries: unknown fields are refused, so that no typing error passes silently."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, use_attribute_docstrings=False
    )


class Text(Entry):
    """A text for people, in Dutch (B1) and English."""

    nl: str = Field(min_length=1, description="Dutch text.")
    en: str = Field(min_length=1, description="English text.")


class Term(Entry):
    """One term of a list: a component, a level, a population."""

    title: Text = Field(description="Name people see.")
    description: Text | None = Field(None, description="Explanation.")
    parent: Identifier | None = Field(None, description="Term of which it is part.")


class Population(Term):
    """People, households or areas that a figure is about."""

    age_band: Literal["all", "18+", "18-64", "65+", "16-25"] = Field(
        description="Age band that stands for the whole."
    )


class Instrument(Entry):
    """A questionnaire and its cut-offs: each cut-off is a concept of its own, never joined with another."""

    title: Text = Field(description="Name people see.")
    range: str | None = Field(None, description="Lowest and highest score.")
    cut_offs: dict[str, Text] = Field(
        default_factory=dict, description="Every cut-off in use and what it means."
    )


class CaveatRule(Entry):
    """When a caveat applies by itself; all conditions that are given must hold."""

    model_estimate: bool | None = Field(
        None, description="The source's small-area figures are model estimates."
    )
    sources: list[Identifier] = Field(default_factory=list, description="One of these sources.")
    instruments: list[Identifier] = Field(default_factory=list, description="One of these instruments.")
    marts: list[Mart] = Field(default_factory=list, description="One of these marts.")
    ranked: bool | None = Field(None, description="Areas may, or may not, be put in order by it.")
    margin_of_share: bool | None = Field(
        None, description="The margin is computed here, of a share or rate that was delivered without one."
    )


class Caveat(Entry):
    """A warning shown beside a figure."""

    text: Text = Field(description="What the reader is told.")
    applies_when: CaveatRule | None = Field(
        None, description="Rule; without it the indicator names the caveat itself."
    )


class Helpline(Entry):
    """Where people find help, told wherever a figure is shown whose indicator names it."""

    number: str = Field(min_length=1, description="Telephone number.")
    site: str = Field(min_length=1, description="Website.")
    text: Text = Field(description="What the reader is told, with {number} and {site} in both languages.")

    @model_validator(mode="after")
    def _tells_both(self) -> Helpline:
        for language, words in (("nl", self.text.nl), ("en", self.text.en)):
            for place in ("{number}", "{site}"):
                if place not in words:
                    raise ValueError(f"text.{language} has to say {place}, or nobody learns where help is")
            if set(re.findall(r"{[^{}]*}?|}", words)) - {"{number}", "{site}"}:
                raise ValueError(f"text.{language} may have no other braces than {{number}} and {{site}}")
        return self

    @property
    def told(self) -> Text:
        """The text with number and site filled in."""
        filled = {"number": self.number, "site": self.site}
        return Text(nl=self.text.nl.format(**filled), en=self.text.en.format(**filled))


class Register(Entry):
    """A public list of interventions, where the whole description and the newest judgement stand."""

    title: Text = Field(description="Name shown.")
    url: str = Field(pattern=r"^https://[^\s]+$", description="Its front page.")
    link_dead_on: date | None = Field(
        None,
        description="Day somebody found that its link does not answer: readers are told so and get no link.",
    )


class Area(Entry):
    """A province or GGD region: its name, its spellings, and gemeenten that a delivery may place nowhere."""

    name: str = Field(description="Name shown.")
    aliases: list[str] = Field(default_factory=list, description="Other spellings in deliveries.")
    gemeenten: list[str] = Field(
        default_factory=list, description="Codes of gemeenten that deliveries give no area for."
    )


class Editions(Entry):
    """Tables that hold the same measures, the preferred one first, and how their figures may be joined."""

    title: Text = Field(description="Name of the series.")
    rule: Literal["one_edition", "one_per_year"] = Field(
        description="one_edition: all years come from the first edition that is loaded, never from two; "
        "one_per_year: each year comes from the first edition that has it."
    )
    sources: list[Identifier] = Field(
        min_length=1, description="Ids of the editions, the preferred one first."
    )
    reason: Text = Field(description="Why this rule holds, for the reader.")


class Predictor(Entry):
    """A characteristic that model estimates are made from, and the indicators it is circular with."""

    title: Text = Field(description="Name people see, in the middle of a sentence.")
    indicators: list[Identifier] = Field(
        default_factory=list, description="Ids of the indicators that tell about the characteristic."
    )


class Dimensions(Entry):
    """All lists in catalogue/dimensions, one file each."""

    determinant_levels: dict[str, Term]
    populations: dict[str, Population]
    instruments: dict[str, Instrument]
    caveats: dict[str, Caveat]
    helplines: dict[str, Helpline]
    registers: dict[str, Register]
    ggd_regions: dict[str, Area]
    provinces: dict[str, Area]
    editions: dict[str, Editions]
    predictors: dict[str, Predictor]
