"""A small part of the proof that lets years go by: some looks at the made-up history, by a turned clock."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.proofs.earlier_version import VERSIONS
from tests.proofs.operations_history import lived

pytestmark = pytest.mark.busy


@pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler turns the clock")
def test_history__of_two_years_in_eight_looks_leaves_what_the_rules_say(tmp_path: Path) -> None:
    told = lived(tmp_path / "history", 720, 90)
    # Two of the eight are of one quarter. Beside the pinned one the newest has what sources delivered, and the one before it: ages
    # are counted until that one, in case the clock of the newest was wrong.
    most = {"releases": 7, "raw": 3, "snapshots": 7, "refusals": 1, "runs": 1}
    assert {name: told[name] for name in most} == most
    assert (told["days"], told["quarters_without"], told["pinned_other"]) == (8, 0, 0)


def test_versions__of_the_changelog_are_the_ones_that_are_upgraded_from() -> None:
    told = (PROJECT_ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\d\S+)", told, re.M)[::-1]
    # The one that is here is upgraded from as soon as something came after it.
    assert (released if "\n## Unreleased" in told else released[:-1]) == list(VERSIONS)
