"""A house with both tools trained on made-up clients and the example register filled in: made once for all tests and runs."""

from __future__ import annotations

from pathlib import Path

from datawerkplaats.base.settings import Settings
from demo.care import fill
from ml.care import registry
from ml.care.train import examine, models_dir
from ml.production.pipeline import one_thread
from ml.trajectories.draw import draw
from ml.trajectories.world import Dials, make_world
from tests.care_table.cohorts import cohort_of
from tests.kept_builds import build_key, copy_of, kept_build

CLIENTS = 8_000
SEED = 201  # of the example region


def make(folder: Path) -> Settings:
    """The settings of a house that may practise, in this folder."""
    kept = kept_build(
        "care_house", build_key(Settings(_env_file=None), Path(__file__).read_text("utf-8")), _train
    )
    return _settings(copy_of(kept, folder))


def _settings(folder: Path) -> Settings:
    return Settings(_env_file=None, data_dir=folder / "data", keys_dir=folder / "keys", cores=1)


def _train(folder: Path) -> None:
    settings = _settings(folder)
    with one_thread():
        made = list(examine(cohort_of(draw(make_world(Dials(seed=SEED)), CLIENTS)), models_dir(settings)))
    assert all(not one.manifest["failures"] for one in made), [one.manifest["failures"] for one in made]
    assert fill(settings) == len(registry.TOOLS)
