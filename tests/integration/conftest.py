"""The demo region, built once for all tests that look at the whole system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from datawerkplaats.base.settings import Settings
from tests.kept_builds import PARSED, build_key, emptied, kept_build, own_place
from tests.small_region import FIRST_RUN, Region, build_and_keep, materialise, small_region
from tests.warm_builds import WarmBuilds, warm_builds

__all__ = ["FIRST_RUN", "materialise"]  # for the tests beside this file


def demo_build() -> Path:
    """A data folder in which the demo region has been built and published, made where it is not kept.

    It is made where this process puts its copies, so that a build in one of those goes on from what was made.
    """

    def build(folder: Path) -> None:
        build_and_keep(emptied(own_place(), PARSED), folder)

    return kept_build("demo", build_key(Settings(_env_file=None)), build) / "data"


@pytest.fixture(scope="session")
def demo() -> Path:
    """A data folder in which the demo region has been built and published; shared, so a test that writes takes a copy."""
    return demo_build()


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """Where the copies of this worker lie, one after the other: at a new place dbt would read its whole project again."""
    yield own_place()
    emptied(own_place(), PARSED)


@pytest.fixture
def nothing_yet(place: Path) -> Path:
    """An empty data folder, in which dbt need not read its project again."""
    return emptied(place, PARSED)


@pytest.fixture
def copied(demo: Path, place: Path) -> Path:
    """A copy of the built demo region that a test may spoil."""
    return emptied(place, PARSED, filled_from=demo)


@pytest.fixture(scope="session")
def small() -> Region:
    """The small region, built and published: for how a build goes wrong. Shared, so a test that writes takes `small_copied`."""
    return small_region()


@pytest.fixture
def small_copied(small: Region, place: Path) -> Region:
    """A copy of the small region that a test may spoil, with the catalogue that all share."""
    return Region(emptied(place, PARSED, filled_from=small.data), small.catalogue)


@pytest.fixture(scope="session")
def warm(small: Region, place: Path) -> Iterator[WarmBuilds]:
    """Builds in `small_copied`, or in `nothing_yet`, of which nothing has to be imported any more."""
    with warm_builds(place, small.settings) as builds:
        yield builds
