"""A delivery on the small region, from the page's functions to the release: what was told ahead is what readers get."""

from __future__ import annotations

import json

import pytest

from datawerkplaats.base.build_lock import only_build
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.operations import deliveries as door
from datawerkplaats.operations.erasure import erase
from datawerkplaats.partners.deliveries import effect_of
from datawerkplaats.workplace.people import LOCAL, Role, Subject
from datawerkplaats.workplace.store import open_store
from orchestration import scratch
from orchestration.ahead import Ahead, look_ahead
from tests import deliveries_example as example
from tests.proofs.deliveries import CANARY, is_of_this_place
from tests.small_region import Region
from tests.warm_builds import WarmBuilds

PARTNER = Subject("p", frozenset({Role.PARTNER}), "Aanbieder A")


@pytest.fixture
def settings(small_copied: Region, warm: WarmBuilds) -> Settings:
    """Those of a copy of the small region that was built where it lies."""
    found = Settings(_env_file=None, data_dir=small_copied.data, catalogue_dir=small_copied.catalogue)
    if not is_of_this_place(found):
        done = warm.materialise("--force")
        assert done.returncode == 0, done.stderr
    return found


def test_effect__is_what_the_next_release_shows_and_a_person_can_be_taken_out_again(
    settings: Settings, warm: WarmBuilds
) -> None:
    catalogue = load_catalogue(settings.catalogue_dir)
    source = catalogue.sources[example.SOURCE]
    heading, rows = example.read(next(settings.demo_dir.rglob(f"{example.SOURCE}*.csv")))
    rows = example.changed(example.changed(rows, 2), 3)  # a year more, and a wijk that grew
    rows.append([CANARY, *rows[-1][1:]])
    store, before = open_store(settings), example.served(settings)
    one = door.hand_in(store, PARTNER, settings, source, ".csv", [example.content(heading, rows)]).delivery
    assert one.status == "checked", one.problems
    with only_build(settings.data_dir), pytest.raises(DataProblem, match="a build is running"):
        door.in_a_process(settings, "effect", source.source_id, one.id)
    assert door.effect(store, PARTNER, settings, one) == settings.effect_tries - 1
    told = effect_of(settings, one.id)
    assert told and told["held"] is None and told["numbers"]["new"] > 0
    assert not scratch.place_of(settings).exists()
    assert CANARY not in json.dumps(told) and example.served(settings) == before
    ahead = Ahead(told["served"], told["cells"], told["numbers"])
    door.accept(store, LOCAL, settings, source, one)
    done = warm.materialise()
    assert done.returncode == 0, done.stderr
    after = example.served(settings)
    assert example.wrong(example.foretold(before, ahead), after) == [] and after != before
    erased = erase(store, LOCAL, settings, catalogue, source, [CANARY])
    assert (
        erased.left == []
        and f"private/demo/accepted/{source.source_id}/{source.source_id}.csv" in erased.rewritten
    )
    with pytest.raises(DataProblem, match="as after an erasure"):
        look_ahead(settings, source, one.id)
    store.engine.dispose()
