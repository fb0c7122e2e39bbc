"""What the tests of the care table share."""

from __future__ import annotations

import pytest

from datawerkplaats.base.settings import Settings
from tests.care_table.house import make


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A house in which both tools may be practised with."""
    return make(tmp_path_factory.mktemp("care_house"))
