"""The fictional province as its generator makes it at its usual size and seed, made once for all tests, workers and runs."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path
from typing import NamedTuple

from datawerkplaats.base.settings import Settings
from demo.geography import Geography, Scale
from demo.metadata import Table
from demo.population import Population
from demo.transport import demo_transport
from demo.wire import demo_tables, further_tables
from tests.kept_builds import generator_key, kept_build

SEED = Settings.model_fields["seed"].default
# A province that is drawn in a tenth of the time, for what does not depend on its size.
SMALL = Scale(gemeenten=4, wijken=24, buurten=80, inhabitants=60_000)


class Province(NamedTuple):
    """The map, the people, the first four tables and all others, by id; shared, so that nobody changes them."""

    geography: Geography
    population: Population
    tables: dict[str, Table]
    further: dict[str, Table]


@cache
def province() -> Province:
    """The province that everybody sees who runs the example."""

    def make(folder: Path) -> None:
        geography, population, tables = demo_tables(SEED)
        further, _ = further_tables(SEED, geography, population)
        made = (geography, population, *({table.id: table for table in some} for some in (tables, further)))
        (folder / "province.pickle").write_bytes(pickle.dumps(made))

    kept = kept_build("province", generator_key(), make) / "province.pickle"
    return Province(*pickle.loads(kept.read_bytes()))


def deliveries() -> Path:
    """The folder with everything that its services answer; read only."""

    def make(folder: Path) -> None:
        demo_transport(Settings(_env_file=None, data_dir=folder))

    kept = kept_build("deliveries", generator_key(), make)
    return Settings(_env_file=None, data_dir=kept).demo_dir
