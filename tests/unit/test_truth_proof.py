"""A small part of the proof that figures mean what they say."""

from __future__ import annotations

from tests.proofs.truth import alarms


def test_alarms__of_every_funnel_are_near_what_is_promised() -> None:
    found = {name: value for name, value, _ in alarms(60_000)}
    assert 10 <= found["alarms_all_95_fewest"] <= found["alarms_all_95_most"] <= 40
    assert found["alarms_large_998_most"] <= 2.5
