# Long because the declarations refer to each other: one file is the whole vocabulary of the catalogue.
"""The catalogue: sources, indicators, corrections and dimensions as typed declarations, read from YAML.

Each class is the reference of one kind of file: its field descriptions become `catalogue/README.md` and the
JSON schemas (`python -m datawerkplaats.catalogue docs`). An id is the file's name and a mart the name of its
folder, so neither can disagree with where the file stands. Reading is in `load`, cross-checking in `check`;
`compile` makes the tables for dbt.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, StrictBool, model_validator

from datawerkplaats.catalogue.dimensions import (
    MARTS,
    CaveatRule,
    Dimensions,
    Entry,
    Identifier,
    Mart,
    Text,
)
from datawerkplaats.catalogue.interventions import Intervention
from datawerkplaats.catalogue.sources import Reader, Source
from datawerkplaats.catalogue.themes import Theme

__all__ = [
    "MARTS",
    "Catalogue",
    "Correction",
    "Dimensions",
    "Entry",
    "Indicator",
    "Intervention",
    "Reader",
    "Source",
    "Text",
]


RESIDENTS = "residents"


class Definition(Entry):
    """How the values of an indicator follow from the measures of a source."""

    method: Literal["passthrough", "ratio"] = Field(
        "passthrough",
        description="passthrough: the measure itself; ratio: numerator / denominator × multiplier.",
    )
    source: Identifier | None = Field(
        None,
        description="Id of a source (a file in catalogue/sources) or of a series of editions in "
        "dimensions/editions.yml. Left out only where status is no_data.",
    )
    official: Identifier | None = Field(
        None,
        description="Id of a series of official survey tables with the same measure code. Where they have a figure, of the "
        "country, a province or a GGD region, it comes before the mean of estimates, which stands beside it.",
    )
    measure: str | None = Field(
        None,
        description="Measure code for passthrough: the column's name without its number; the whole name "
        "where two columns of the table share the rest.",
    )
    numerator: str | None = Field(None, description="Measure code above the line, for ratio.")
    denominator: str | None = Field(None, description="Measure code below the line, for ratio.")
    multiplier: float = Field(
        1.0, gt=0, description="The value is multiplied by this (100 for per cents of a ratio)."
    )
    min_denominator: float = Field(
        50.0,
        ge=0,
        description="A ratio with less below the line is withheld: rounded counts make it meaningless.",
    )
    interval: Literal["none", "wilson", "byar", "source"] | None = Field(
        None,
        description="Where the 95 % interval comes from. source: the delivery (default for passthrough); "
        "wilson: a share of persons or households, for a ratio; byar: a rate of events, for a ratio; none "
        "(default for a ratio): there is none to be had. Complete registrations have no sampling error: "
        "wilson and byar then tell how much a figure would vary by chance.",
    )
    among: dict[str, float] = Field(
        default_factory=dict,
        description="Among whom a delivered share or rate was counted, where interval is wilson or byar: measures of the "
        f"same source that add up to them, each with its weight, or {RESIDENTS} for the inhabitants that are known of the "
        "area. The margin is then computed here, and the reader is told so.",
    )
    per: float | None = Field(
        None, gt=0, description="What a delivered share or rate is per, beside among: 100 for per cents."
    )
    instrument: Identifier | None = Field(
        None, description="Questionnaire behind it, an id in dimensions/instruments.yml."
    )
    cut_off: str | None = Field(
        None, description="Scores that count, such as >=3 or 30-50; one of the instrument's cut-offs."
    )
    definition_version: str = Field("1", description="Rises when the publisher changes the definition.")

    @model_validator(mode="after")
    def _method_has_its_measures(self) -> Definition:
        if bool(self.cut_off) != bool(self.instrument):
            raise ValueError("instrument and cut_off belong together: give both or neither")
        if self.source is None:
            if self.measures:
                raise ValueError(f"source is needed beside {', '.join(self.measures)}")
            return self
        if self.method == "passthrough" and (not self.measure or self.numerator or self.denominator):
            raise ValueError("method passthrough needs measure, and neither numerator nor denominator")
        if self.method == "ratio" and (not (self.numerator and self.denominator) or self.measure):
            raise ValueError("method ratio needs numerator and denominator, and no measure")
        computed = self.interval in ("wilson", "byar") and self.method == "passthrough"
        if not bool(self.among) == (self.per is not None) == computed:
            raise ValueError(
                "an interval wilson or byar of a delivered figure needs among and per, which only belong there"
            )
        if self.interval == "source" and self.method == "ratio":
            raise ValueError("interval source is the delivered one, which a ratio does not have")
        return self

    @property
    def interval_in_use(self) -> str:
        """Where the interval comes from; `source` or `none` where the file does not say."""
        return self.interval or ("source" if self.method == "passthrough" else "none")

    @property
    def counted_per(self) -> float:
        """What a share or rate is per, delivered or computed."""
        return self.per or self.multiplier

    @property
    def measures(self) -> dict[str, str]:
        """The measure codes the definition reads, by the field that names them."""
        named = {"measure": self.measure, "numerator": self.numerator, "denominator": self.denominator}
        return {f"definition.{field}": code for field, code in named.items() if code}

    @property
    def named(self) -> dict[str, str]:
        """Every measure code that is named, also those among which figures were counted."""
        among = {f"definition.among.{code}": code for code in self.among if code != RESIDENTS}
        return {**self.measures, **among}


class Plausibility(Entry):
    """Bounds outside which a value is questioned before it is shown."""

    min: float = Field(0.0, description="Smallest plausible value.")
    max: float = Field(100.0, description="Largest plausible value.")
    max_change: float | None = Field(None, gt=0, description="Largest plausible change between two periods.")
    min_coverage: float = Field(0.0, ge=0, le=1, description="Share of regions that must have a value.")
    severity: Literal["warn", "error"] = Field(
        "warn", description="Whether an implausible value stops the publication."
    )


class Disclosure(Entry):
    """The project's own publication rule for an indicator, where stricter than the source's."""

    min_n: int | None = Field(None, ge=0, description="Fewest persons behind a figure.")
    min_cell: int | None = Field(None, ge=0, description="Smallest count that is shown.")
    rounding_base: int | None = Field(None, ge=1, description="Counts are rounded to multiples of this.")
    suppress_complementary: bool = Field(
        True, description="Also hide cells from which a hidden one would follow."
    )
    public: bool = Field(True, description="May be shown outside the workplace.")


class Shown(Entry):
    """How figures of an indicator may be shown, honoured by every page, report, file and download."""

    ranked: StrictBool = Field(
        True,
        description="false: areas are never put in order by it, in no list, chart, file or sentence that tells a "
        "highest or lowest.",
    )
    helpline: Identifier | None = Field(
        None,
        description="Id in dimensions/helplines.yml: where help is stands wherever such a figure is shown.",
    )


class MachineLearning(Entry):
    """What a model may do with an indicator."""

    as_feature: bool = Field(False, description="May be used to predict from.")
    as_target: bool = Field(False, description="May be predicted.")
    lag_years: int = Field(0, ge=0, description="Years a feature must lie before the target.")


class Indicator(Entry):
    """One figure: an indicator, a determinant or an outcome. Its place in a theme is told by the file of the theme."""

    indicator_id: Identifier = Field(
        description="The file's name. An id never changes meaning: new meaning = new id."
    )
    mart: Mart = Field(
        description="The folder's name: where its figures stand, and its role where no theme names it."
    )
    also_class: Mart | None = Field(
        None, description="Second class it is counted in elsewhere (a concept has one primary mart)."
    )
    title: Text = Field(description="Short name on pages and in exports.")
    description: Text = Field(description="What the figure tells, in plain words.")
    determinant_level: Identifier | None = Field(
        None, description="individual, social, environmental or societal (needed in mart determinant)."
    )
    continuum: Literal["wellbeing", "complaints", "disorder", "resource"] | None = Field(
        None, description="Place on the continuum."
    )
    population: Identifier = Field(
        description="Whom the figure is about, an id in dimensions/populations.yml."
    )
    definition: Definition = Field(
        description="How the values are obtained; instrument and cut_off at most where status is no_data."
    )
    polarity: Literal["higher_is_better", "higher_is_worse", "neutral"] = Field(
        description="Care use, age and origin are neutral and never coloured good or bad."
    )
    unit: str = Field("%", description="Unit of the values.")
    decimals: int | None = Field(
        None, ge=0, le=3, description="Decimals shown; by default 0 for model estimates and 1 otherwise."
    )
    caveats: list[Identifier] = Field(
        default_factory=list, description="Extra caveats, beyond those that follow by rule."
    )
    methodology_url: str | None = Field(None, description="Page that describes the method.")
    status: Literal["active", "draft", "retired", "no_data"] = Field(
        "active",
        description="Only active indicators reach the marts; no_data: it matters and no open source has it "
        "at a level that can be used, so it stands on the gap list.",
    )
    gap_reason: Text | None = Field(
        None, description="Why there are no figures and who may have them (only, and always, with no_data)."
    )
    owner: str = Field("epidemiology", description="Who answers for the definition.")
    since: str | None = Field(None, description="First year the series can be used.")
    replaced_by: Identifier | None = Field(
        None, description="Id of the successor (only for a retired indicator)."
    )
    none_known: StrictBool = Field(
        False,
        description="true: no intervention in catalogue/interventions is known to change it. Every figure that is good or bad "
        "is named by an intervention or says this.",
    )
    policy_lever: bool = Field(
        False, description="One of the six factors with most policy leverage according to RIVM."
    )
    plausibility: Plausibility = Field(
        default_factory=Plausibility, description="When a value is questioned."
    )
    shown: Shown = Field(default_factory=Shown, description="How its figures may be shown.")
    disclosure: Disclosure = Field(default_factory=Disclosure, description="When a value is hidden.")
    ml: MachineLearning = Field(default_factory=MachineLearning, description="Use in models.")

    @model_validator(mode="after")
    def _fits_its_mart(self) -> Indicator:
        if self.mart == "determinant" and not self.determinant_level:
            raise ValueError("determinant_level is needed in mart determinant")
        if self.also_class == self.mart:
            raise ValueError("also_class must differ from the mart itself")
        if (self.definition.source is None) != (self.status == "no_data"):
            raise ValueError("definition.source is needed, and may only be left out where status is no_data")
        if (self.gap_reason is not None) != (self.status == "no_data"):
            raise ValueError("gap_reason is needed where status is no_data, and only there")
        if bool(self.replaced_by) and self.status != "retired":
            raise ValueError("replaced_by is only for an indicator whose status is retired")
        return self


class Correction(Entry):
    """One known upstream error and what is done about it until the provider has repaired it."""

    correction_id: Identifier = Field(description="Name of the entry, unique in the catalogue.")
    measure: str = Field(description="Measure code.")
    regions: list[str] = Field(min_length=1, description="Region codes, or ['*'] for all.")
    periods: list[str] = Field(min_length=1, description="Years, or ['*'] for all.")
    age_bands: list[str] = Field(default_factory=lambda: ["*"], description="Age bands, or ['*'] for all.")
    action: Literal["drop", "override", "scale", "flag"] = Field(
        description="drop: no value any more; override: another value; scale: times a factor; flag: kept "
        "with a mark (quality_flag)."
    )
    value: float | None = Field(None, description="The right value, for override.")
    factor: float | None = Field(None, description="The factor, for scale.")
    expect: float | None = Field(
        None,
        description="The wrong value as delivered. Once the provider delivers another, the "
        "correction rests and the build says so.",
    )
    reason: str = Field(min_length=10, description="What is wrong and how that is known.")
    provider: str = Field(description="Who has to repair it.")
    reported: str | None = Field(None, description="When and where it was reported.")
    status: Literal["open", "repaired"] = Field(
        "open", description="Repaired corrections are kept as history and not applied."
    )

    @model_validator(mode="after")
    def _action_has_its_number(self) -> Correction:
        if (self.action == "override") != (self.value is not None):
            raise ValueError("value belongs to action override, and only to it")
        if (self.action == "scale") != (self.factor is not None):
            raise ValueError("factor belongs to action scale, and only to it")
        return self


class Catalogue(Entry):
    """Everything that is declared, by id."""

    folder: Path
    sources: dict[str, Source]
    indicators: dict[str, Indicator]
    corrections: dict[str, list[Correction]]
    dimensions: Dimensions
    interventions: dict[str, Intervention] = Field(default_factory=dict)
    themes: dict[str, Theme] = Field(default_factory=dict)

    def theme_of(self, indicator_id: str) -> Theme | None:
        """The first theme in which a figure takes part."""
        return next((theme for theme in self.themes.values() if indicator_id in theme.places), None)

    def framework_columns(self, indicator_id: str) -> dict[str, str | None]:
        """The published columns that tell a place in a framework, filled by the themes that declare them."""
        found: dict[str, str | None] = {}
        for theme in self.themes.values():
            place = theme.places.get(indicator_id)
            inside = place if place and place.role == "indicator" else None
            for part, column in theme.framework.columns.items():
                found[column] = found.get(column) or (getattr(inside, part) if inside else None)
        return found

    def sources_of(self, indicator: Indicator) -> list[Source]:
        """The sources an indicator may come from, the preferred one first; none where there are no data."""
        declared = indicator.definition.source
        if declared is None:
            return []
        series = self.dimensions.editions.get(declared)
        return [self.sources[key] for key in (series.sources if series else [declared])]

    def official_of(self, indicator: Indicator) -> list[Source]:
        """The official survey tables of an indicator; none where it names no series of them."""
        series = self.dimensions.editions.get(str(indicator.definition.official))
        return [self.sources[key] for key in series.sources] if series else []

    def caveats_of(self, indicator: Indicator, source: Source | None = None) -> list[str]:
        """The caveat ids of an indicator: those that follow by rule first, then its own; each once.

        Args:
            indicator: An entry of this catalogue.
            source: The source its figures come from; the preferred one by default.
        """
        source = source or next(iter(self.sources_of(indicator)), None)
        names = {indicator.definition.source, source.source_id if source else None}

        def applies(rule: CaveatRule) -> bool:
            return (
                (rule.model_estimate is None or (source and rule.model_estimate == source.is_model_estimate))
                and (not rule.sources or not names.isdisjoint(rule.sources))
                and (not rule.instruments or indicator.definition.instrument in rule.instruments)
                and (not rule.marts or indicator.mart in rule.marts)
                and (rule.ranked is None or rule.ranked == indicator.shown.ranked)
                and (rule.margin_of_share is None or rule.margin_of_share == bool(indicator.definition.among))
            ) is True

        by_rule = [
            key for key, c in self.dimensions.caveats.items() if c.applies_when and applies(c.applies_when)
        ]
        return list(dict.fromkeys([*by_rule, *indicator.caveats]))

    def helpline_of(self, indicator: Indicator) -> Text | None:
        """Where help is, in words; None for an indicator beside which none need stand."""
        key = indicator.shown.helpline
        return self.dimensions.helplines[key].told if key else None
