"""A small part of the proof that figures mean what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proofs.reach import cited
from tests.proofs.truth import alarms


def test_alarms__of_every_funnel_are_near_what_is_promised() -> None:
    found = {name: value for name, value, _ in alarms(60_000)}
    assert 10 <= found["alarms_all_95_fewest"] <= found["alarms_all_95_most"] <= 40
    assert found["alarms_large_998_most"] <= 2.5


@pytest.mark.busy
def test_first_release__is_the_same_by_every_way_after_others_have_come_and_gone(tmp_path: Path) -> None:
    found = {name: value for name, value, _ in cited(tmp_path, 2)}
    assert found["reach_publications_left"] == 2
    assert found["reach_same_by_api"] == found["reach_same_by_duckdb"] == found["reach_same_by_page"] == 1
