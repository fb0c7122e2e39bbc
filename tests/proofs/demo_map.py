"""The map that the example region publishes, against the truth of the world that its panel was drawn from.

The truth is written nowhere: the same world is drawn again with very many people, by the generator that made the panel, and of
everybody at risk the true risk is averaged per wijk. What is judged is what stands in the served release, figure by figure.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import patch

import duckdb
import numpy as np
from numpy.typing import NDArray

from datawerkplaats import publication
from datawerkplaats.base.settings import Settings, get_settings
from ml.base.risk_models import risk_models
from ml.panel.draw import WAVES, draw_panel
from ml.panel.world import Dials, make_world
from ml.production import staged
from ml.production.data_of_design import dataset
from ml.production.demo_panel import dials as demo_dials
from ml.production.demo_panel import home_of
from tests.integration.conftest import demo_build
from tests.lasting_keys import sign_with_lasting_keys
from tests.proofs.registry import Measured, Room

Floats = NDArray[np.float64]

PEOPLE, DRAWS = 40_000, 12  # drawn again, so many times
FIRST_DRAW = 100  # the panel itself is the first draw of its world


def true_percentages(dials: Dials, people: int = PEOPLE, draws: int = DRAWS) -> dict[str, dict[str, float]]:
    """Per model of the catalogue the true percentage of every wijk, among its people of that age who are free of the complaints."""
    world = make_world(dials)
    everybody = replace(world, dials=replace(dials, extra_share=0.0))
    n = len(world.areas.wijk_code)
    models = risk_models(Settings().catalogue_dir)
    total = {model_id: np.zeros(n) for model_id in models}
    count = {model_id: np.zeros(n) for model_id in models}
    for number in range(draws):
        panel = draw_panel(everybody, people, FIRST_DRAW + number, waves=len(WAVES) - 1)
        for model_id, model in models.items():
            low, high = model.population.age
            target = next(name for name in panel.waves[0].at_risk if name == model.target.name)
            for wave in panel.waves:
                if WAVES[wave.number] in model.population.index_waves:
                    age = np.floor(wave.age)
                    here = np.flatnonzero(wave.at_risk[target] & (age >= low) & (age <= high))
                    home = panel.people.wijk[here]
                    total[model_id] += np.bincount(home, weights=wave.probability[target][here], minlength=n)
                    count[model_id] += np.bincount(home, minlength=n)
    codes = [str(code) for code in world.areas.wijk_code]
    return {
        model_id: {
            code: float(100 * risk / people)
            for code, risk, people in zip(codes, total[model_id], count[model_id], strict=True)
            if people >= 100
        }
        for model_id in models
    }


def demo_map(room: Room) -> Iterator[Measured]:
    """Every published map beside one figure for all: the mean of the participants."""
    del room  # the kept build of the example region is read
    with patch.dict(os.environ):
        sign_with_lasting_keys()  # as the build is signed
        yield from _published()
    get_settings.cache_clear()


def _published() -> Iterator[Measured]:
    folder = demo_build()
    settings = Settings(_env_file=None, data_dir=folder, source="demo")
    truth = true_percentages(demo_dials(home_of(settings)))
    served = publication.current(folder / "publish")
    waves = staged.read(settings)
    published = worse = 0
    with duckdb.connect(str(served.path.with_name(f"predicted_{served.id}.duckdb")), read_only=True) as con:
        for model_id, model in risk_models(settings.catalogue_dir).items():
            rows = con.execute(
                "select region_code, value from outcome.fct_outcome"
                " where indicator_id = ? and region_level = 'wijk' and value is not null",
                [model.published.indicator_id],
            ).fetchall()
            known = [(value, truth[model_id][code]) for code, value in rows if code in truth[model_id]]
            if not known:
                continue
            said, real = np.array(known).T
            flat = 100 * float(np.nanmean(dataset(settings, model_id, waves).outcome))
            own, all_alike = (float(np.sqrt(np.mean((guess - real) ** 2))) for guess in (said, flat))
            published += 1
            worse += own > all_alike
            yield f"demo_map_rmse {model_id}", own, all_alike
            yield f"demo_map_true_spread {model_id}", float(real.std()), None
    yield "demo_maps_published", published, None
    yield "demo_maps_worse_than_flat", worse, None
