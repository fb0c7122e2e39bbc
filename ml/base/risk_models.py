"""The risk models of the house: every file in `catalogue/models` is one, and nothing else keeps a list of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ml.base.design import RiskModel, load_design
from ml.base.problems import DataProblem


def model_ids(catalogue_dir: Path) -> tuple[str, ...]:
    """The ids of all risk models, which are the names of their files."""
    return tuple(path.stem for path in _files(catalogue_dir))


def risk_models(catalogue_dir: Path) -> dict[str, RiskModel]:
    """All risk models by id, in the order of their ids.

    Raises:
        DataProblem: If a file is not a risk model.
    """
    return {path.stem: _load(path, path.stat().st_mtime_ns) for path in _files(catalogue_dir)}


def risk_model(catalogue_dir: Path, model_id: str) -> RiskModel:
    """One risk model.

    Raises:
        DataProblem: If there is no such file, or it is not a risk model.
    """
    path = catalogue_dir / "models" / f"{model_id}.yml"
    return _load(path, path.stat().st_mtime_ns if path.exists() else 0)


def _files(catalogue_dir: Path) -> list[Path]:
    return sorted((catalogue_dir / "models").glob("*.yml"))


@lru_cache(maxsize=256)
def _load(path: Path, changed: int) -> RiskModel:
    del changed
    design = load_design(path)
    if not isinstance(design, RiskModel):
        raise DataProblem(
            "design_field",
            subject=path.name,
            where="published",
            expected="what is made of the estimates",
            remedy="add `published`, or move a design of which nothing is published to ml/designs",
        )
    if design.model_id != path.stem:
        raise DataProblem(
            "design_field",
            subject=path.name,
            where="model_id",
            found=design.model_id,
            expected=path.stem,
            remedy="name the file after the model",
        )
    return design
