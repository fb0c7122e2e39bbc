"""The rules of quality as data: rows in `data_quality/rules/*.yml`, each with a page of guidance in `data_quality/docs`.

A rule names a template (`rules/templates/<name>.sql`: what is looked at, one row each), which of its rows it applies to and
which of those break it. `resolve` makes few queries of them. Rules without a template describe the tests of dbt and the
expectations of Great Expectations, which run by themselves.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue import Text
from datawerkplaats.publication import OwnTable
from datawerkplaats.publication.checks import Category, Consequence

RULES = Path(__file__).parent / "rules"
DOCS = Path(__file__).parent / "docs"
# Where a test or expectation has no rule of its own.
OTHER_TEST, OTHER_EXPECTATION = "model_test", "declared_expectation"

Level = Literal["source", "table", "column", "region", "indicator"]


class QualityRule(BaseModel):
    """One rule: what it looks at, what breaks it, and what follows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Name, also of its page.")
    title: Text = Field(description="What holds when the rule is kept, in one phrase.")
    category: Category
    level: Level = Field(description="What kind of thing a result is about.")
    template: str | None = Field(
        None, description="File in rules/templates; none where another tool runs it."
    )
    per: tuple[str, ...] = Field((), description="Columns of the template that name the subject.")
    applies: str = Field("true", description="SQL condition: the rows the rule is about.")
    violates: str | None = Field(None, description="SQL condition: the rows that break it.")
    threshold: float | str = Field(
        0.0,
        description="Share of rows that may break it: a number, or SQL over columns constant per subject.",
    )
    minimum: int = Field(1, ge=1, description="With fewer rows the rule does not apply.")
    severity: Literal["error", "warn", "declared"] = Field(
        "warn", description="declared: as the indicator's plausibility says."
    )
    consequence: Consequence = Field(description="What follows for a user when the rule is broken.")
    runs_as: tuple[str, ...] = Field(
        (), description="Names of dbt tests or expectations that this row describes."
    )

    @model_validator(mode="after")
    def _complete(self) -> QualityRule:
        if bool(self.template) != bool(self.per) or bool(self.template) != bool(self.violates):
            raise ValueError("template, per and violates belong together: give all or none")
        if (self.severity == "error") != (self.consequence == "blocks_publication"):
            raise ValueError("severity error and consequence blocks_publication belong together")
        if isinstance(self.threshold, float) and not 0 <= self.threshold <= 1:
            raise ValueError("threshold is a share between 0 and 1")
        return self

    @property
    def page(self) -> Path:
        """The page of guidance."""
        return DOCS / f"{self.id}.md"


def load_rules(folder: Path = RULES) -> dict[str, QualityRule]:
    """All rules by id, in order of file and place.

    Raises:
        DataProblem: `catalogue_field`, naming the file, the rule and the field.
    """
    found: dict[str, QualityRule] = {}
    for path in sorted(folder.glob("*.yml")):
        name = f"data_quality/rules/{path.name}"
        for place, row in enumerate(
            yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or [], 1
        ):
            label = str(row.get("id", f"row {place}")) if isinstance(row, dict) else f"row {place}"
            try:
                rule = QualityRule.model_validate(row)
            except ValidationError as error:
                first = error.errors()[0]
                field = ".".join(str(part) for part in first["loc"])
                raise _problem(name, f"{label}, {field}".rstrip(", "), str(first["msg"])) from error
            if rule.id in found:
                raise _problem(name, label, "an id that another rule has")
            if rule.template and not template_path(rule.template, folder).exists():
                raise _problem(name, f"{label}, template", f"no file {rule.template}.sql in rules/templates")
            found[rule.id] = rule
    return found


def template_path(name: str, folder: Path = RULES) -> Path:
    """The SQL file of a template."""
    return folder / "templates" / f"{name}.sql"


@lru_cache(maxsize=1)
def rules() -> dict[str, QualityRule]:
    """The rules of this project, read once."""
    return load_rules()


def rule_behind(kind: str, otherwise: str) -> QualityRule:
    """The rule that describes a kind of dbt test or expectation."""
    known = {name: rule for rule in rules().values() for name in rule.runs_as}
    return known.get(kind) or rules()[otherwise]


def rules_table() -> OwnTable:
    """`quality.dim_rule`: the rules with their guidance, as they are published."""
    columns = (
        ("rule", "varchar", "Name of the rule; quality.check_result.guidance names it"),
        ("title_nl", "varchar", "What holds when the rule is kept, in Dutch"),
        ("title_en", "varchar", "What holds when the rule is kept, in English"),
        ("category", "varchar", "conformance, completeness or plausibility"),
        ("level", "varchar", "What a result is about: source, table, column, region or indicator"),
        ("severity", "varchar", "error, warn, or declared: as the indicator's plausibility says"),
        ("consequence", "varchar", "What follows for a user when it fails"),
        ("reader_nl", "varchar", "What it means for a reader, in Dutch"),
        ("reader_en", "varchar", "What it means for a reader, in English"),
        ("guidance", "varchar", "The page of guidance, in English"),
    )
    rows = []
    for rule in rules().values():
        page = rule.page.read_text(encoding="utf-8")
        rows.append(
            [
                rule.id, rule.title.nl, rule.title.en, rule.category, rule.level, rule.severity, rule.consequence,
                dutch_sentence(page), part_of(page, "For a reader."), page,
            ]
        )  # fmt: skip
    return OwnTable("quality", "dim_rule", "The rules behind the checks. Grain: rule.", columns, rows)


def dutch_sentence(page: str) -> str:
    """What a page says to readers in Dutch: the line that starts with "In het kort:"."""
    start = "In het kort: "
    return next((line.removeprefix(start) for line in page.splitlines() if line.startswith(start)), "")


def part_of(page: str, heading: str) -> str:
    """The text behind a bold heading of a page."""
    start = f"**{heading}** "
    return next((line.removeprefix(start) for line in page.splitlines() if line.startswith(start)), "")


def _problem(name: str, where: str, found: str) -> DataProblem:
    return DataProblem(
        "catalogue_field",
        subject=name,
        where=where,
        expected="a rule as CONTRIBUTING.md describes it",
        found=found,
        remedy="correct the rule, then run `make test ARGS=tests/contract/test_quality_rules.py`",
    )
