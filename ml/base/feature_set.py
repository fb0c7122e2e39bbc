"""Feature sets: which questions a cohort asked, on which scales, and which of its fields describe the outcome itself."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ml.base.problems import DataProblem
from ml.base.recode import check_recoding

DESIGNS = Path(__file__).parents[1] / "designs"
Declared = TypeVar("Declared", bound=BaseModel)


class Strict(BaseModel):
    """A declaration in which a misspelled key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(Strict):
    """A text in both languages."""

    nl: str
    en: str


def _texts(value: Any) -> Any:
    return [str(v) for v in value] if isinstance(value, list) else value


class QuestionBlock(Strict):
    """A group of like questions on one scale."""

    name: str
    title: Title
    count: int = Field(ge=1)
    kind: Literal["ordinal", "binary", "count", "continuous"]
    topic: str
    sign: Literal[-1, 0, 1] = 0
    codes: list[str] = []
    recode: dict[str, dict[str, str]] = {}
    merge: list[list[str]] = []
    not_asked: list[str] = []

    _codes = field_validator("codes", mode="before")(_texts)

    @field_validator("recode", mode="before")
    @classmethod
    def _recode_texts(cls, value: dict[str, dict[Any, Any]]) -> dict[str, dict[str, str]]:
        return {str(w): {str(k): str(v) for k, v in m.items()} for w, m in value.items()}

    @field_validator("merge", mode="before")
    @classmethod
    def _merge_texts(cls, value: list[list[Any]]) -> list[list[str]]:
        return [[str(v) for v in group] for group in value]


class StatusField(Strict):
    """A field that says something about the complaints: a target, or a proxy of one."""

    name: str
    title: Title
    kind: Literal["c", "q"]
    role: Literal["status", "proxy"]
    of: str = ""
    counted: bool = False
    from_wave: str = ""


class FeatureSet(Strict):
    """All questions of one cohort, with the shape of its files."""

    feature_set: str
    key: str
    family: str
    summary: str
    waves: list[str]
    variants: dict[int, str]
    missing_codes: list[str]
    topics: dict[str, Title] = {}
    blocks: list[QuestionBlock]
    statuses: list[StatusField]


def validated(model: type[Declared], content: Any, path: Path) -> Declared:
    """The content of a file as a model, or one sentence on the first thing that is wrong with it."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problem = error.errors()[0]
        raise DataProblem(
            "design_field",
            subject=path.name,
            where=".".join(str(part) for part in problem["loc"]),
            found=str(problem.get("input"))[:60],
            expected=problem["msg"],
            remedy="correct the field",
        ) from error


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, or one sentence on why it cannot be read."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataProblem(
            "design_field", subject=path.name, found="no such file", remedy="check the name"
        ) from error
    except yaml.YAMLError as error:
        raise DataProblem(
            "design_field", subject=path.name, found=str(error).splitlines()[0], remedy="correct the YAML"
        ) from error


@lru_cache(maxsize=8)
def load_feature_set(name: str, folder: Path = DESIGNS / "feature_sets") -> FeatureSet:
    """A feature set by name, with every recoding checked.

    Raises:
        DataProblem: If the file is missing or wrong, or a recoding merges codes unnoticed.
    """
    path = folder / f"{name}.yml"
    loaded = validated(FeatureSet, read_yaml(path), path)
    for block in loaded.blocks:
        for wave, mapping in block.recode.items():
            if wave not in loaded.waves:
                raise DataProblem(
                    "design_field", subject=path.name, where=f"{block.name}.recode.{wave}",
                    expected=f"a wave: {', '.join(loaded.waves)}", remedy="correct the wave",
                )  # fmt: skip
            check_recoding(
                mapping, block.merge, block.codes, subject=path.name, where=f"{block.name}.recode.{wave}"
            )
    return loaded
