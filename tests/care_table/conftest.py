"""What the tests of the care table share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from apps.care_table.app import make_app
from datawerkplaats.base.settings import Settings
from tests.care_table.house import make


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A house in which both tools may be practised with."""
    return make(tmp_path_factory.mktemp("care_house"))


@pytest.fixture
def browser(house: Settings) -> Iterator[TestClient]:
    with TestClient(make_app(house), base_url="http://testserver") as client:
        client.get("/")
        yield client
