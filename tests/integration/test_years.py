"""Small parts of the proofs that let years go by: one day of the year, and some looks at the made-up history, by a turned clock."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datawerkplaats import publication
from datawerkplaats.base.settings import Settings
from tests.proofs.operations_history import lived
from tests.proofs.operations_year import a_day
from tests.small_region import Region
from tests.warm_builds import WarmBuilds

pytestmark = pytest.mark.busy


def test_day__of_the_year_is_a_real_build_and_everything_is_counted(
    small_copied: Region, warm: WarmBuilds
) -> None:
    settings = Settings(_env_file=None, data_dir=small_copied.data, catalogue_dir=small_copied.catalogue)
    before = publication.history(settings.publish_dir)
    day = a_day(settings, None, warm, 0)
    assert publication.history(settings.publish_dir)[:-1] == before
    assert (day.releases, day.runs) == (len(before) + 1, 2)
    assert day.events > 50 and 0 < day.dagster + day.store < day.bytes


@pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler turns the clock")
def test_history__of_two_years_in_eight_looks_leaves_what_the_rules_say(tmp_path: Path) -> None:
    told = lived(tmp_path / "history", 720, 90)
    # Two of the eight are of one quarter. Beside the pinned one only the newest has what sources delivered.
    most = {"releases": 7, "raw": 2, "snapshots": 7, "refusals": 1, "runs": 1}
    assert {name: told[name] for name in most} == most
    assert (told["days"], told["quarters_without"], told["pinned_other"]) == (8, 0, 0)
