"""The synthetic panel of the example region, over the wijken and the people of its key figures."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from datawerkplaats.base.files import written
from datawerkplaats.base.settings import Settings
from ml.production.paths import POLYGONS, POPULATION, read_json, snapshot_id, work_hash, write_json

if TYPE_CHECKING:
    from ml.panel.world import Dials

# Half of the participants is an extra sample of young adults: so many person-waves as the sample-size criteria ask for at 102
# questions (about 8,900). Children and adolescents stay too few: their models are held back, as they would be with real data.
PEOPLE = 11_000
EXTRA_SHARE = 0.57
# What a poor wijk does beside who lives there, on the log odds per standard deviation. Without it the wijken of the example region
# differ by one point, which its participants cannot show: every map is withheld, as it should be, and there is none to look at.
POVERTY_EFFECT = 0.2
FOLDER = "panel"
AGES = ((0, 11), (12, 17), (18, 29))  # of whom the panel is drawn


def make_demo_panel(settings: Settings) -> Path:
    """The folder with the panel's files, made on first use; the truth behind them is not written anywhere.

    Raises:
        DataProblem: If the key figures of the region are not there.
    """
    home, key = home_of(settings), _key(settings)
    if is_made(settings):
        return home
    # Only here, so that whether it was made can be asked without them.
    from ml.panel.draw import draw_panel
    from ml.panel.files import write_panel
    from ml.panel.world import make_world

    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    _write_wijken(settings, home / "wijken.txt")
    write_panel(draw_panel(make_world(dials(home)), PEOPLE, 1), home / FOLDER)
    write_json(home / "ready.json", key)
    return home


def dials(home: Path) -> Dials:
    """The world of the example region, over the wijken that lie in this folder."""
    from ml.panel.world import Dials

    return Dials(region=str(home / "wijken.txt"), extra_share=EXTRA_SHARE, poverty_effect=POVERTY_EFFECT)


def home_of(settings: Settings) -> Path:
    """Where the panel's files are made."""
    return settings.demo_dir.parent / f"{settings.demo_dir.name}-{FOLDER}"


def is_made(settings: Settings) -> bool:
    """Whether the files are there, made over the people of now with the code of now."""
    return bool(read_json(home_of(settings) / "ready.json") == _key(settings))


def _key(settings: Settings) -> str:
    return f"{snapshot_id(settings, POPULATION)}-{settings.seed}-{PEOPLE}-{work_hash()}"


def _write_wijken(settings: Settings, path: Path) -> None:
    """Composition per wijk for the generator: who lives there decides, as in the figures that everybody sees."""
    import numpy as np

    from ml.production.population import read_population

    population = read_population(settings, POPULATION, POLYGONS)
    low_income, density = population.covariates[:, 0], population.covariates[:, 1]
    deprivation = 0.35 * (low_income - low_income.mean()) / max(float(low_income.std()), 1e-9)
    urbanity = 5 - np.searchsorted(np.quantile(density, [0.2, 0.4, 0.6, 0.8]), density)
    young = sum(population.cells(*ages).sum(axis=1) for ages in AGES)
    with written(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(
            ["wijk_code", "gemeente_code", "province_code", "young_people", "deprivation", "urbanity"]
        )
        for row in zip(
            population.wijken, population.gemeente_codes, young, deprivation, urbanity, strict=True
        ):
            code, gemeente, people, factor, class_ = row
            lines.writerow(
                [code, gemeente, "PV99", round(float(people), 1), round(float(factor), 4), int(class_)]
            )
