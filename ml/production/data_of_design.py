"""A design as it is run in this mode, and the data it asks of a panel."""

from __future__ import annotations

from datawerkplaats.base.settings import Settings
from ml.base.dataset import Dataset
from ml.base.design import RiskModel
from ml.base.feature_set import load_feature_set
from ml.base.problems import DataProblem
from ml.base.risk_models import risk_model
from ml.panel_data.features import build_dataset
from ml.panel_data.staging import PersonWaves
from ml.production.paths import PANEL, effort


def design_of(settings: Settings, model_id: str) -> RiskModel:
    """The design as it is run in this mode.

    Raises:
        DataProblem: If there is no such risk model, or it asks for a panel that is not staged.
    """
    model = risk_model(settings.catalogue_dir, model_id)
    if model.published.panel != PANEL:
        raise DataProblem(
            "design_field",
            subject=f"{model_id}.yml",
            where="published.panel",
            found=model.published.panel,
            expected=PANEL,
            remedy="name the panel that dbt_project/panel stages",
        )
    return model.model_copy(update={"effort": effort(settings)})


def dataset(settings: Settings, model_id: str, waves: PersonWaves, *, need_outcome: bool = True) -> Dataset:
    """The person-wave features of a design."""
    design = design_of(settings, model_id)
    return build_dataset(
        design, load_feature_set(design.source.feature_set), waves, need_outcome=need_outcome
    )
