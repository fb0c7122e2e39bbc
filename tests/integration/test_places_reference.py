"""What Mijn gebied says first of the twelve gemeenten and the small wijken of a province, on the files as really delivered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from datawerkplaats.publication import Release, public_tables, publish
from tests.integration.dbt_warehouse import national_warehouse
from tests.kept_builds import kept_build
from tests.pages_on import pages_on
from tests.proofs.places import GOLDEN, areas_of, headline, small_headlines

pytestmark = [pytest.mark.slow, pytest.mark.reference]
EMMEN, DE_WOLDEN = "GM0114", "GM1690"


@pytest.fixture(scope="module", autouse=True)
def _published(reference_data: Path) -> Iterator[None]:
    made = national_warehouse(reference_data)
    root = made.path.parents[1]

    def build(folder: Path) -> None:
        public = public_tables(root / "target" / "manifest.json")
        publish(folder / "publish", made.path, public, Release("files", "Drenthe", "Nederland"))

    kept = kept_build("published_national", root.name.removeprefix("national_"), build)
    with pages_on(kept):
        yield


def test_headline__of_every_gemeente_is_as_written_down() -> None:
    golden = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))["sentences"]
    gemeenten, wijken = areas_of()
    assert (len(gemeenten), len(wijken)) == (12, 20)
    assert {code: headline(code, "gemeente")[1] for code in gemeenten} == golden


def test_headline__of_emmen_is_about_its_young_people_and_de_wolden_raises_no_alarm() -> None:
    kind, told = headline(EMMEN, "gemeente")
    assert kind == "group"
    assert told.startswith(
        "Met jongeren in Emmen gaat het minder goed dan elders in Drenthe. Op alle 17 cijfers"
    )
    assert "drie minst gunstige van de twaalf gemeenten" in told
    told = headline(DE_WOLDEN, "gemeente")[1]
    assert "minder goed" not in told and "ongunstig" not in told and "minder gunstig" not in told


def test_headline__of_a_small_wijk_gives_it_no_place() -> None:
    placed, small = small_headlines()
    assert small > 50
    assert placed == 0
