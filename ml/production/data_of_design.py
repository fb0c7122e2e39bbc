"""A design as it is run in this mode, and the data it asks of a panel."""

from __future__ import annotations

from datawerkplaats.base.settings import Settings
from ml.base.dataset import Dataset
from ml.base.design import CohortDesign, load_design
from ml.base.feature_set import load_feature_set
from ml.base.problems import DataProblem
from ml.panel_data.features import build_dataset
from ml.panel_data.staging import PersonWaves
from ml.production.paths import effort


def design_of(settings: Settings, model_id: str) -> CohortDesign:
    """The design as it is run in this mode."""
    design = load_design(model_id)
    if not isinstance(design, CohortDesign):
        raise DataProblem(
            "design_field",
            subject=f"{model_id}.yml",
            where="source.kind",
            expected="lifelines_like",
            remedy="name a panel",
        )
    return design.model_copy(update={"effort": effort(settings)})


def dataset(settings: Settings, model_id: str, waves: PersonWaves, *, need_outcome: bool = True) -> Dataset:
    """The person-wave features of a design."""
    design = design_of(settings, model_id)
    return build_dataset(
        design, load_feature_set(design.source.feature_set), waves, need_outcome=need_outcome
    )
