"""What the catalogue declares of a source: who publishes it, how it is read and what has to be in it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from datawerkplaats.catalogue.dimensions import Entry, Identifier, Text
from datawerkplaats.catalogue.partners import Micro

JOINT = "joint_"  # a joint table is a source, and stands in the register, under its id with this before it
# Names under which a table holds a year: jaar, peiljaar, zk_jaar, year, period_code, Perioden.
PERIOD_NAME = re.compile(r"(?:.*_)?(?:\w*jaar|\w*year|perioden?|periods?)(?:_code)?", re.IGNORECASE)


class Reader(Entry):
    """How a source's delivery is read."""

    kind: Literal["statline_v3", "statline_v4", "csv", "xlsx", "parquet", "geojson", "micro"] = Field(
        description="Which reader loads it; micro: a file with a row per person, see `micro`."
    )
    service: Literal["cbs", "rivm"] | None = Field(
        None, description="StatLine service that serves the table."
    )
    table: str | None = Field(None, description="StatLine table id, such as 50090NED.")
    catalog: str = Field("CBS", description="Catalogue of StatLine's OData v4 that has the table.")
    entity: Literal["UntypedDataSet", "TypedDataSet"] = Field(
        "TypedDataSet", description="StatLine data set that is read."
    )
    geo_dimension: str | None = Field(
        None, description="StatLine dimension that holds region codes and names."
    )
    only: dict[str, list[str]] = Field(
        default_factory=dict,
        description="StatLine dimension to the keys that are asked of the service, padded as it writes them; for a table "
        "too large to be read whole. A delivered file is read whole.",
    )
    url: str | None = Field(None, description="Address below the service's base, for geojson.")
    files: list[str] = Field(
        default_factory=list,
        description="Patterns relative to the partner folder. Of a StatLine table the first match is read. Of a table in "
        "csv, xlsx or parquet every file that matches is an edition, and editions add up; a table that lies there in two "
        "forms is read in the form that comes first.",
    )
    printed: bool = Field(
        False,
        description="Whether the file lies in catalogue/printed: figures that a publisher printed, typed over from the "
        "publication that `citation` names. The example region has figures of its own.",
    )
    beside: list[str] = Field(
        default_factory=list,
        description="Patterns, relative to the delivered file, of files that belong to the same delivery: kept with it "
        "in the snapshot as delivered, for a reader that knows their shape.",
    )
    columns: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Own column name to the names under which a delivery may hold it; the own name counts where none of "
        "them is there. Two that say different things in one row are refused, so list the one that is meant.",
    )
    delimiter: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1)] = Field(
        ";", description="Delimiter of a csv delivery."
    )
    encoding: str = Field("utf-8-sig", description="Encoding of a csv delivery.")
    passed_over: list[str] = Field(
        default_factory=list,
        description="Headings of an open csv table that sound like a person's and are not, such as Huisnummer in a list of all "
        "addresses. The heading is let through; the cells below it are looked at like all others, and the column is not read.",
    )

    @property
    def condition(self) -> str:
        """The `$filter` that asks for the keys in `only`; empty where the whole table is meant."""
        return " and ".join(
            "(" + " or ".join(f"{dimension} eq '{key}'" for key in keys) + ")"
            for dimension, keys in self.only.items()
        )

    @model_validator(mode="after")
    def _complete(self) -> Reader:
        if self.kind == "statline_v3" and not (self.table and self.service):
            raise ValueError("reader.table and reader.service are needed for statline_v3")
        if self.kind == "statline_v4" and (not self.table or self.only):
            raise ValueError(
                "reader.table is needed for statline_v4, which reads a table whole: leave only out"
            )
        return self


class Split(Entry):
    """A dimension whose categories are measures of their own, such as the kinds of medicine in one table."""

    column: str = Field(description="Own name of the dimension's column.")
    categories: dict[str, str] = Field(
        min_length=1,
        description="Key as delivered to a short name; rows of other keys are left out. A measure's code "
        "is then <column>__<short name>.",
    )


class Observations(Entry):
    """How the rows of a plain table are observations: every column that is no dimension is a measure."""

    region: str | None = Field(
        "region_code", description="Column with the region code; null for a table about the country only."
    )
    period: str | None = Field(
        None,
        description="Column with the year; without it the figures are of `period`, the source's own year.",
    )
    age: str | None = Field(None, description="Column with the age band; without it `population_age` holds.")
    person: str | None = Field(None, description="Column with the sex; without it the figures are of both.")
    margins: str | None = Field(
        None, description="Column that tells an estimate from its lower and upper bound."
    )
    levels: list[str] | None = Field(
        None, min_length=1, description="The only region levels that are read; all by default."
    )
    status: Literal["observed", "provisional"] = Field(
        "observed", description="What a value is called that no model estimated."
    )
    population_age: str = Field(
        "all", description="Age band of the figures of a table without an age column."
    )
    abstains: bool = Field(
        False,
        description="No value means that a model was not sure enough to speak, not that somebody hid it.",
    )

    @property
    def columns(self) -> dict[str, str]:
        """The columns that are named, by field."""
        named = {name: getattr(self, name) for name in ("region", "period", "age", "person", "margins")}
        return {name: column for name, column in named.items() if column}


class Source(Entry):
    """One table or file that a publisher delivers."""

    source_id: Identifier = Field(description="The file's name: <publisher>_<dataset>.")
    title: Text = Field(description="What people see as the name of the source.")
    publisher: str = Field(description="Organisation that answers for the figures.")
    url_main: str = Field(description="Page where a person reads about the source.")
    url_download: str | None = Field(None, description="Address where the figures can be fetched by hand.")
    licence: str = Field(description="Licence of the figures, such as CC BY 4.0.")
    citation: str = Field(description="How the source is cited under a figure.")
    access: Literal["open", "restricted", "demo"] = Field("open", description="Who may have the delivery.")
    cadence: str = Field(
        description="How often a new edition is expected: yearly, every_two_years, every_four_years, once, …"
    )
    expected_lag_days: int = Field(ge=0, description="Days between the end of the period and the delivery.")
    owner: str = Field("data-engineering", description="Who looks after the source here.")
    reader: Reader = Field(description="How the delivery is read.")
    made_of: list[Identifier] = Field(
        default_factory=list,
        description="Sources that the house makes this one of, or counts it against: loaded and checked before it.",
    )
    required: bool = Field(
        True, description="Without a required source nothing is published; another's absence is a notice."
    )
    unverified: str | None = Field(
        None,
        min_length=10,
        description="Why nobody knows yet whether the declaration is right, in Dutch: the real table has not been seen. A "
        "service is then not asked for it; a file that somebody delivers is read. Take the line out once it has been seen.",
    )
    keys: list[str] = Field(default_factory=list, description="Columns that together are unique.")
    required_columns: list[str] = Field(
        default_factory=list, description="Columns without which a delivery is rejected."
    )
    dimension_columns: list[str] = Field(
        default_factory=list,
        description="Columns that are no measure; every other column of a StatLine table is one.",
    )
    observations: Observations | None = Field(
        None,
        description="How its rows are observations. A source with it needs no SQL; one without has staging models of "
        "its own, or no observations.",
    )
    split: Split | None = Field(
        None, description="Dimension that tells measures apart, for a table in long form."
    )
    period: str | None = Field(None, description="Year of the figures, for a table without a period column.")
    region_vintage: int = Field(description="Year of the region classification the codes belong to.")
    is_model_estimate: bool = Field(
        False, description="Small-area figures are estimated with a model, not counted."
    )
    model_predictors: list[str] = Field(
        default_factory=list, description="What the model estimates from: circular with these."
    )
    disclosure: Literal["already_public", "registry_count", "survey", "person_level"] = Field(
        "already_public",
        description="already_public: the publisher has applied its own rule; otherwise the kind of figures "
        "that our own rules are for.",
    )
    micro: Micro | None = Field(
        None, description="How a partner's rows per person are counted (only, and always, with kind micro)."
    )
    computed_jointly: list[Identifier] = Field(
        default_factory=list,
        description="Measure codes of a joint table (catalogue/joint): partners computed it together, and it comes as "
        "protected as it is published.",
    )
    expectations: list[dict[str, object]] = Field(
        default_factory=list,
        description="Further checks on the delivery, each a Great Expectations type with its arguments.",
    )
    retention_days: int | None = Field(
        None,
        ge=1,
        description="How long rows per person may stay after the year that they are about (needed with micro, and only there): "
        "older ones are not read, and go from what was kept.",
    )
    handed_in_by: list[str] = Field(
        default_factory=list,
        description="Organisations whose people may hand it in on the page, as their sign-in names them; empty: every partner.",
    )
    known_issues: list[str] = Field(
        default_factory=list, description="What a user of the source has to know, in Dutch."
    )

    @property
    def period_column(self) -> str | None:
        """Own name of the column with the year; None for a table about one year."""
        if self.observations and self.observations.period:
            return self.observations.period
        own = [*self.keys, *self.dimension_columns]
        return next((name for name in own if PERIOD_NAME.fullmatch(name)), None)

    @model_validator(mode="after")
    def _predictors_with_model(self) -> Source:
        if self.model_predictors and not self.is_model_estimate:
            raise ValueError("model_predictors are given, so is_model_estimate must be true")
        if self.split and self.split.column not in self.dimension_columns:
            raise ValueError("split.column must be one of dimension_columns")
        for field, column in (self.observations.columns if self.observations else {}).items():
            if column not in self.dimension_columns:
                raise ValueError(
                    f"observations.{field} is {column}, which must be one of dimension_columns "
                    f"({', '.join(self.dimension_columns) or 'none are given'})"
                )
        if self.observations and (self.micro or self.computed_jointly):
            raise ValueError(
                "a micro delivery and a joint table say themselves what is observed: leave observations out"
            )
        if (self.micro is not None) != (self.reader.kind == "micro"):
            raise ValueError("micro is needed where reader.kind is micro, and only there")
        if (self.retention_days is not None) != (self.micro is not None):
            raise ValueError(
                "retention_days is needed where rows are persons (micro), and only there: the days after the end of a row's year"
            )
        if self.reader.passed_over and not self._may_pass_over():
            raise ValueError(
                "reader.passed_over is for an open csv table (access: open, disclosure: already_public) whose reader.columns "
                "leave that column out"
            )
        if self.micro and (self.access != "restricted" or self.disclosure == "already_public"):
            raise ValueError("a micro delivery is access: restricted, with disclosure person_level or survey")
        return self

    def _may_pass_over(self) -> bool:
        """Whether a heading that sounds like a person's may be let through: only where nothing is made of it."""
        read = {name.lower() for own, names in self.reader.columns.items() for name in (own, *names)}
        is_open = self.access == "open" and self.disclosure == "already_public" and self.reader.kind == "csv"
        return is_open and bool(read) and not read & {name.lower() for name in self.reader.passed_over}
