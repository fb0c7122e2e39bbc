# Long because what may stand in a design file is one grammar, and is read together.
"""Design files: everything that defines a model before any data is seen, checked strictly."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from datawerkplaats.base.settings import PROJECT_ROOT
from ml.base.feature_set import DESIGNS, Strict, Title, read_yaml, validated
from ml.base.problems import DataProblem

MIN_EVENTS = 100
OLDEST = 64  # above this age the key figures count everybody in one band
RISK_MODELS = PROJECT_ROOT / "catalogue" / "models"


class CohortSource(Strict):
    """A panel of waves and questionnaires."""

    kind: Literal["lifelines_like"]
    feature_set: str


class Join(Strict):
    """A second file with one row per key."""

    file: str
    how: Literal["inner", "left"] = "inner"


class TableSource(Strict):
    """One table with a row per person, as CSV (plain or gzip).

    `psu` and `stratum` are those of the sample: people of one sampling unit stay together in folds and intervals. Without a `key`
    every row is somebody. A codebook (see `ml.panel_data.codebook`) tells kinds, levels and what is no answer.
    """

    kind: Literal["table"]
    file: str
    key: str | None = None
    join: list[Join] = Field(default_factory=list)
    codebook: str | None = None
    missing: list[str] = Field(default_factory=lambda: [""])
    weight: str | None = None
    family: str | None = None
    psu: str | None = None
    stratum: str | None = None
    citation: str = ""

    @model_validator(mode="after")
    def _joined_by_something(self) -> TableSource:
        if self.join and not self.key:
            raise ValueError("key: files are joined by one")
        return self


class Condition(Strict):
    """Rows to keep: a number between bounds, or a text from a list."""

    column: str
    at_least: float | None = None
    at_most: float | None = None
    one_of: list[str] | None = None


class CohortPopulation(Strict):
    """Who is predicted for: an age band at the index wave, free of a complaint."""

    index_waves: list[str] = Field(min_length=1)
    age: tuple[int, int]
    free_of: str


class TablePopulation(Strict):
    """Who is predicted for, as conditions on columns."""

    where: list[Condition] = Field(default_factory=list)


class CohortTarget(Strict):
    """A status a number of waves later."""

    name: str
    horizon_waves: int = Field(ge=1)
    max_missing_share: float = Field(0.5, gt=0, lt=1)


class TableTarget(Strict):
    """A column, or a sum of columns, in a range or among values; `horizon` says when, where that is later than the features.

    `reverse` gives the lowest and highest code of items that count the other way round in a sum.
    """

    name: str
    horizon: str = ""
    column: str | None = None
    sum_of: list[str] | None = None
    reverse: dict[str, tuple[float, float]] = Field(default_factory=dict)
    not_an_answer: list[float] = Field(default_factory=list)
    at_least: float | None = None
    at_most: float | None = None
    one_of: list[float] | None = None

    @model_validator(mode="after")
    def _says_when_it_holds(self) -> TableTarget:
        if bool(self.column) == bool(self.sum_of):
            raise ValueError("column or sum_of, one of the two: the outcome")
        bounds = self.at_least is not None or self.at_most is not None
        if bounds == (self.one_of is not None):
            raise ValueError("at_least, at_most or both, or else one_of: when the outcome holds")
        return self


class CohortFeatures(Strict):
    """Which questions take part. `*` is everything the feature set has; an exclusion gives its reason.

    `carry_forward` completes open questions with what the same person answered a wave earlier.
    """

    include: list[str]
    exclude: dict[str, str] = Field(default_factory=dict)
    lag_waves: int = 0
    carry_forward: bool = False
    lags: dict[str, int] = Field(default_factory=dict)
    waves: dict[str, str] = Field(default_factory=dict)


class TableFeature(Strict):
    """One column as a feature; `levels` in order make it ordinal. Kind and levels may be those of the codebook."""

    name: str
    kind: Literal["continuous", "ordinal", "binary", "count", "nominal"] | None = None
    levels: list[str] = Field(default_factory=list)
    sign: Literal[-1, 0, 1] = 0
    topic: str = ""
    proxy_of: str = ""  # of the target: kept out of a release by the leakage audit


class Temporal(Strict):
    """Train on some periods, test on later ones."""

    column: str | None = None
    train: list[str]
    test: list[str]


_Undivided = Literal["person", "family"]
_UNDIVIDED: tuple[_Undivided, ...] = ("person", "family")


class Split(Strict):
    """How rows are divided; people and families are never divided."""

    group_by: list[_Undivided] = Field(default_factory=lambda: list(_UNDIVIDED))
    folds: int = Field(5, ge=2, le=10)
    temporal: Temporal | None = None
    leave_one_out: list[str] = Field(default_factory=list)

    @field_validator("group_by")
    @classmethod
    def _both(cls, value: list[str]) -> list[str]:
        if set(value) != {"person", "family"}:
            raise ValueError("person and family, both: relatives in two folds give the outcome away")
        return value


class Agreed(Strict):
    """The session at which targets, directions and exclusions were agreed before anybody saw results."""

    session: str = Field(pattern=r"^[A-Z0-9]{6}$")
    held_on: date
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Provenance(Strict):
    """Where real data come from, in whole sentences for the card; what is left out, the card says is not declared."""

    data: str = ""  # what kind of data, of whom
    setting: str = ""
    represents: str = (
        ""  # which population the rows stand for, and whether that is the one a result is meant for
    )
    assessors: str = ""  # who answered or measured, predictors and outcome
    excluded: str = ""  # what was left out because it measures the outcome
    ethics: str = ""
    sharing: str = ""
    limitations: str = ""


class _Common(Strict):
    model_id: str = Field(pattern=r"^[a-z][a-z0-9_]+$")
    title: Title
    synthetic: bool
    seed: int
    split: Split
    thresholds: list[Annotated[float, Field(gt=0, lt=1)]] = Field(default_factory=lambda: [0.05, 0.10, 0.20])
    subgroups: list[str] = Field(default_factory=list)
    allowed_use: Title
    agreed: Agreed | None = None
    provenance: Provenance | None = None
    # Which model is put forward: XGBoost where it is as good as the glass box, else the better one (`best`), or the one named.
    champion: Literal["best", "xgboost", "glass_box"] = "best"
    # Topics that are expected to tell much, each with the reason why no answer in it can follow from the outcome: together they are
    # no leak to the audit of groups, and the card says so.
    strong_topics: dict[str, Annotated[str, Field(min_length=20)]] = Field(default_factory=dict)
    known_leak: bool = False  # a variant that shows what a leak does; never released
    # `quick` leaves out searches, the founding baseline and most resamples: for the example region, and said so everywhere.
    effort: Literal["full", "quick"] = "full"


class CohortDesign(_Common):
    """A model on a panel of waves."""

    source: CohortSource
    population: CohortPopulation
    target: CohortTarget
    features: CohortFeatures


class TableDesign(_Common):
    """A model on one table."""

    source: TableSource
    population: TablePopulation = Field(default_factory=TablePopulation)
    target: TableTarget
    features: list[TableFeature] = Field(min_length=1)
    strata: dict[str, str] = Field(default_factory=dict)
    age_bands: list[int] = Field(
        default_factory=lambda: [40, 60]
    )  # where a number of many values is cut in strata

    @field_validator("features", mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return (
            [{"name": one} if isinstance(one, str) else one for one in value]
            if isinstance(value, list)
            else value
        )

    @model_validator(mode="after")
    def _kinds_are_told(self) -> TableDesign:
        if not self.source.codebook and (untold := [one.name for one in self.features if one.kind is None]):
            raise ValueError(f"features: the kind of {untold[0]}, or a codebook that tells it")
        return self


class Inhabitants(Strict):
    """Whose risk is estimated per area: the source that counts them, the source with the borders, and the year of both."""

    source: str
    boundaries: str
    year: int = Field(ge=1990, le=2100)


class Published(Strict):
    """What the house makes of a model: the column of a source, the indicator that reads it, who answered and who counts."""

    source: str
    measure: str = Field(pattern=r"^[a-z][a-z0-9_]+$")
    indicator_id: str
    panel: str
    informant: Title
    inhabitants: Inhabitants


class RiskModel(CohortDesign):
    """A model on a panel of waves whose estimates are published per area: a file in `catalogue/models`."""

    published: Published

    @field_validator("population")
    @classmethod
    def _can_be_counted(cls, value: CohortPopulation) -> CohortPopulation:
        low, high = value.age
        if not 0 <= low <= high <= OLDEST:
            raise ValueError(f"age runs from a lower to a higher age between 0 and {OLDEST}")
        return value

    @property
    def age_band(self) -> str:
        """The ages it is about, e.g. 0-11."""
        low, high = self.population.age
        return f"{low}-{high}"


Design = CohortDesign | TableDesign


def load_design(path: Path | str) -> Design:
    """A design from its file, or by its model id.

    Raises:
        DataProblem: If a field is missing, misspelled or impossible.
    """
    if isinstance(path, str):
        own = DESIGNS / f"{path}.yml"
        path = own if own.exists() else RISK_MODELS / f"{path}.yml"
    content = read_yaml(path)
    kind = (content.get("source") or {}).get("kind") if isinstance(content, dict) else None
    kinds: dict[str, type[CohortDesign] | type[TableDesign]] = {
        "lifelines_like": RiskModel if isinstance(content, dict) and "published" in content else CohortDesign,
        "table": TableDesign,
    }
    model = kinds.get(str(kind))
    if model is None:
        raise DataProblem(
            "design_field", subject=path.name, where="source.kind", found=str(kind), expected="lifelines_like or table",
            remedy="name the kind of source",
        )  # fmt: skip
    return validated(model, content, path)


def design_hash(design: Design) -> str:
    """A digest of the design's content; comments, order of keys and what is made of its estimates do not count."""
    # A design that says nothing of sessions, provenance and champion keeps the hash that it had before designs could.
    later = {"agreed": design.agreed, "provenance": design.provenance}
    left_out = {"published"} | {name for name, value in later.items() if value is None}
    left_out |= set() if design.strong_topics else {"strong_topics"}
    left_out |= {"champion"} if design.champion == "best" else set()
    return hashlib.sha256(design.model_dump_json(exclude=left_out).encode()).hexdigest()


def require_events(events: int, rows: int, *, subject: str, where: str) -> None:
    """Nothing, or one sentence when a target has fewer than a hundred events (or non-events)."""
    if min(events, rows - events) < MIN_EVENTS:
        raise DataProblem(
            "too_few_events", subject=subject, where=where, found=f"{events} of {rows}",
            expected=f"at least {MIN_EVENTS} with and {MIN_EVENTS} without the outcome",
            remedy="widen the population or the horizon, or wait for another wave",
        )  # fmt: skip
