"""What the catalogue declares of a partner's micro delivery: one row per person, of which only counts that are
safe are ever published.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from datawerkplaats.catalogue.dimensions import Entry, Identifier

MicroLevel = Literal["province", "gemeente", "wijk", "buurt"]
LEVELS: tuple[MicroLevel, ...] = ("province", "gemeente", "wijk", "buurt")
_BAND = re.compile(r"\d+-\d+|\d+\+")
_OLDEST = 200


def band_ages(band: str) -> tuple[int, int]:
    """The ages of a band such as 15-24 or 65+, as [from, to)."""
    first, _, last = band.rstrip("+").partition("-")
    return int(first), int(last) + 1 if last else _OLDEST


class Categories(Entry):
    """A column of a micro delivery with the only values it may hold."""

    column: str = Field(description="Name of the column.")
    values: dict[str, str] = Field(
        min_length=1, description="Value as delivered to what it is called here; any other is refused."
    )


class PublishedTable(Entry):
    """One table that is published of the counts: totals, and breakdowns within each area."""

    levels: list[MicroLevel] = Field(min_length=1, description="Region levels that are shown.")
    age_bands: list[str] = Field(
        default_factory=list, description="Age bands beside the total; they follow on one another."
    )
    by_sex: bool = Field(False, description="Also men and women apart.")
    by_kind: bool = Field(False, description="Per kind, and with age bands per kind and age.")


class Denominators(Entry):
    """The residents that rates are taken of, from a source that is public."""

    source: Identifier = Field(description="Id of the source; its region codes are the ones that exist.")
    region_column: str = Field("region_code", description="Column with region codes.")
    bands: dict[str, list[str]] = Field(
        min_length=1, description="Age band (all for the total) to the columns that add up to it."
    )
    by_age_and_sex: Identifier | None = Field(
        None,
        description="Id of a source with the people of each gemeente by sex and year of age, by which the age bands of an area "
        "are split where a count is held against what was to be expected.",
    )


class ProtectionRule(Entry):
    """When a count may not be shown."""

    threshold: int = Field(
        5, ge=3, description="Counts from 1 up to this are hidden: 10 for care use, at least 5 otherwise."
    )
    group_share: float = Field(
        0.9, gt=0.5, le=1, description="A part with more than this share of its total is hidden."
    )
    min_respondents: int = Field(0, ge=0, description="Fewest respondents behind a share (a survey).")
    rounding_base: int = Field(
        1, ge=1, description="What published counts are rounded to after hiding; rates are made of these."
    )


class Measures(Entry):
    """What is published of the counts, each a measure code that indicators may read."""

    count: Identifier | None = Field(None, description="The persons themselves.")
    rate: Identifier | None = Field(None, description="Persons per 1,000 residents.")
    share: Identifier | None = Field(None, description="Weighted share of respondents, per cent.")
    ratio: Identifier | None = Field(
        None,
        description="Persons per 100 that the residents' age and sex lead one to expect, by what the table per kind, age "
        "and sex says of the whole province (indirect standardisation).",
    )

    @property
    def codes(self) -> list[str]:
        """The codes that are declared."""
        return [code for code in (self.count, self.rate, self.share, self.ratio) if code]


class Micro(Entry):
    """How a file with a row per person is read, checked, counted and protected."""

    person: str = Field(description="Column with the pseudonym; it is checked and not kept.")
    person_pattern: str = Field(
        r"[0-9a-f]{16,64}", description="What a pseudonym looks like: made with a key, never a number."
    )
    unique: list[str] = Field(min_length=1, description="Columns that together name a row once.")
    partner: Categories | None = Field(
        None, description="The organisation whose own case it is: it may not learn of the others' cases."
    )
    region: str = Field(description="Column with the finest region code that is known; empty for unknown.")
    finest_level: MicroLevel = Field(description="Finest level a code may have.")
    period: str = Field(description="Column with the year.")
    sex: Categories = Field(description="Sex, as men or women.")
    age: Categories = Field(description="Age bands that do not overlap.")
    checked: list[Categories] = Field(
        default_factory=list, description="Further columns that may be there; they are checked and not kept."
    )
    kinds: Categories | None = Field(
        None,
        description="A kind that everybody is of one of, such as a complaint group: counted, protected and published beside "
        "the total, as the measure codes <code>__<kind>.",
    )
    pooled: dict[int, list[int]] = Field(
        default_factory=dict,
        description="Years that are counted together, under the last of them; each year in one of these only, as counts of "
        "years that overlap would tell those of a single year.",
    )
    weight: str | None = Field(None, description="Column with the survey weight.")
    answer: Categories | None = Field(None, description="The survey's answer, as yes or no.")
    amounts: dict[str, int] = Field(
        default_factory=dict,
        description="Columns with a whole number per person (hours, contacts) and the most it can be; only joint tables "
        "add them up.",
    )
    measures: Measures = Field(description="What is published.")
    tables: list[PublishedTable] = Field(min_length=1, description="In which breakdowns.")
    denominators: Denominators = Field(description="Residents for rates, and the codes that exist.")
    rule: ProtectionRule = Field(default_factory=ProtectionRule, description="When a count is hidden.")

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Micro:
        if set(self.sex.values.values()) - {"men", "women"}:
            raise ValueError("micro.sex.values are called men or women")
        if (self.weight is None) != (self.answer is None) or bool(self.weight) != bool(self.measures.share):
            raise ValueError("micro.weight, micro.answer and micro.measures.share belong together")
        if self.answer and set(self.answer.values.values()) != {"yes", "no"}:
            raise ValueError("micro.answer.values are called yes or no")
        if not self.measures.codes or (self.measures.rate and not self.measures.count):
            raise ValueError("micro.measures needs a count, a count and a rate, or a share")
        unknown = [name for name in self.unique if name not in self.columns]
        if unknown:
            raise ValueError(f"micro.unique names {unknown[0]}, which is not a column of the delivery")
        self._check_bands()
        self._check_kinds()
        years = [year for together in self.pooled.values() for year in together]
        if len(set(years)) < len(years) or any(max(some) != last for last, some in self.pooled.items()):
            raise ValueError("micro.pooled: each year stands once, under the last year it is counted with")
        return self

    def _check_kinds(self) -> None:
        if not self.kinds:
            if self.measures.ratio or any(table.by_kind for table in self.tables):
                raise ValueError("micro.measures.ratio and by_kind need micro.kinds")
            return
        if self.answer or not self.measures.count:
            raise ValueError("micro.kinds is for persons that are counted")
        if self.measures.ratio and not self.denominators.by_age_and_sex:
            raise ValueError("micro.measures.ratio needs denominators.by_age_and_sex")
        if any(table.age_bands and not table.by_kind for table in self.tables):
            raise ValueError("micro.tables: with kinds, ages are shown per kind")
        if len(set(self.kinds.values.values())) * self._width > _OLDEST:
            raise ValueError(f"micro.kinds: no more than {_OLDEST // self._width} kinds of these ages")

    @property
    def kind_names(self) -> list[str]:
        """The kinds, each once, in the order of the declaration."""
        return list(dict.fromkeys(self.kinds.values.values())) if self.kinds else []

    @property
    def ages(self) -> list[str]:
        """The age bands as delivered, each once."""
        return list(dict.fromkeys(self.age.values.values()))

    @property
    def _width(self) -> int:
        return max(band_ages(band)[1] for band in self.ages)

    def band_of(self, kind: str | None, age: str) -> str:
        """The band that stands for a kind and an age: kinds follow on one another as ages do, so that one axis holds both.

        With four kinds of the ages 0 to 24 the second kind is the band 25-49, and in it those of 12 to 17 are 37-42.
        """
        if kind is None:
            return age
        start = self.kind_names.index(kind) * self._width
        first, end = (0, self._width) if age == "all" else band_ages(age)
        return f"{start + first}-{start + end - 1}"

    def told_of(self, band: str) -> tuple[str | None, str]:
        """The kind and the age that a band stands for."""
        if not self.kinds or band == "all":
            return None, band
        first, end = band_ages(band)
        start = first // self._width
        kind = self.kind_names[start]
        if band == self.band_of(kind, "all"):
            return kind, "all"
        return kind, f"{first - start * self._width}-{end - 1 - start * self._width}"

    def bands(self, table: PublishedTable) -> list[str]:
        """The bands that a table shows beside its total."""
        if not table.by_kind:
            return table.age_bands
        return [self.band_of(kind, age) for kind in self.kind_names for age in (table.age_bands or ["all"])]

    def code_of(self, code: str, kind: str | None) -> str:
        """The measure code of a kind; of all kinds together the code itself."""
        return f"{code}__{kind}" if kind else code

    @property
    def counted_as(self) -> dict[str, str | None]:
        """Per measure code that tells counts or shares the kind that it is about; None for all."""
        code = self.measures.count or self.measures.share
        return {self.code_of(code, kind): kind for kind in (None, *self.kind_names)} if code else {}

    @property
    def codes(self) -> list[str]:
        """Every measure code that is published."""
        per_kind = [code for code in (self.measures.count, self.measures.ratio) if code]
        return [*self.measures.codes, *(self.code_of(code, k) for k in self.kind_names for code in per_kind)]

    def _check_bands(self) -> None:
        delivered = sorted(self.ages, key=band_ages)
        for band in [*delivered, *(b for table in self.tables for b in table.age_bands)]:
            if not _BAND.fullmatch(band):
                raise ValueError(f"micro: age band {band} is written as 15-24 or 65+")
        edges = {edge for band in delivered for edge in band_ages(band)}
        for one, other in pairwise(delivered):
            if band_ages(one)[1] > band_ages(other)[0]:
                raise ValueError(f"micro.age.values: {one} and {other} overlap")
        for table in self.tables:
            for band in table.age_bands:
                if not set(band_ages(band)) <= edges:
                    raise ValueError(f"micro.tables: {band} is no sum of the age bands that are delivered")
            ordered = sorted(table.age_bands, key=band_ages)
            if any(band_ages(a)[1] > band_ages(b)[0] for a, b in pairwise(ordered)):
                raise ValueError("micro.tables: bands that overlap belong in tables of their own")

    @property
    def leaf_bands(self) -> list[str]:
        """The finest bands that are counted: the age bands as delivered, of every kind where there are kinds."""
        if not self.kinds:
            return self.ages
        return [self.band_of(kind, age) for kind in self.kind_names for age in self.ages]

    @property
    def columns(self) -> list[str]:
        """Every column that a delivery may have, and has to have."""
        named = [self.person, self.region, self.period, *(agreed.column for agreed in self.agreed)]
        return [*named, *([self.weight] if self.weight else []), *self.amounts]

    @property
    def agreed(self) -> list[Categories]:
        """The columns with agreed values."""
        named = [self.sex, self.age, self.partner, self.kinds, self.answer, *self.checked]
        return [agreed for agreed in named if agreed]
