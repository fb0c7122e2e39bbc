"""Too much trust, measured: sums of groups of five, and nothing of one person in the log."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance import reliance
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Role
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import somebody

READER = somebody(Role.READER, name="reader")


def test_reliance__adds_up_whole_groups_and_keeps_nothing_of_one_person(store: Store) -> None:
    assert reliance.measured(store, READER) is None
    reliance.add_group(store, reliance.RUN, [0, 10, 3, 4, 3], 10)
    reliance.add_group(store, reliance.RUN, [1, 1, 1, 1, 1], 10)
    found = reliance.measured(store, READER)
    assert found == reliance.Reliance(people=10, cases=100, moved=25) and found.share == 0.25
    with store.reading() as connection:
        bodies = connection.execute(sa.select(schema.event.c.body)).scalars().all()
    assert bodies[0] == '{"cases":50,"moved":20,"people":5}'
    assert store.verify_log() == 2


@pytest.mark.parametrize(
    ("moved", "told"),
    [([1, 2, 3, 4], "5 people"), ([1] * 6, "5 people"), ([1, 2, 3, 4, 11], "number of cases")],
)
def test_reliance__anything_but_a_whole_group_is_refused(store: Store, moved: list[int], told: str) -> None:
    with pytest.raises(DataProblem, match=told):
        reliance.add_group(store, reliance.RUN, moved, 10)
    assert reliance.measured(store, READER) is None
