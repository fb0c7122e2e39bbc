"""The data engineer's home in a real browser: the asset graph is drawn, and a source's asset tells what was loaded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium, free_port, running, until
from tests.kept_builds import PARSED, emptied

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.busy]


@pytest.fixture(scope="module")
def dagster_ui(demo: Path, place: Path) -> Iterator[str]:
    """The address of the Dagster UI on a copy of the demo region with its run history; it stands where the copies of this worker
    stand in turn, so that dbt need not read its project for it.
    """
    data_dir = emptied(place, PARSED, filled_from=demo)
    home = data_dir / "dagster"
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "dagster_webserver",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-m",
        "orchestration.definitions",
    ]
    with running(
        command,
        f"{base}/server_info",
        {"DWP_DATA_DIR": str(data_dir), "DAGSTER_HOME": str(home), "DWP_SOURCE": "demo"},
    ):
        yield base


@pytest.fixture(scope="module")
def browser(dagster_ui: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser for all pages of it."""
    with chromium(tmp_path_factory.mktemp("profile"), "1600,1000") as driver:
        yield driver


def _text(browser: Any) -> str:
    return str(browser.find_element("css selector", "body").text)


def _shows(browser: Any, words: str) -> bool:
    return words in _text(browser)


def test_dagster_ui__draws_the_asset_graph_by_layer(dagster_ui: str, browser: Any) -> None:
    browser.get(f"{dagster_ui}/asset-groups")
    for group in ("sources", "staging", "intermediate", "marts", "quality", "publication"):
        until(partial(_shows, browser, group), f"the lineage shows no group {group}")
    assert "Join the Dagster community" not in _text(browser)


def test_dagster_ui__a_source_shows_rows_and_checks(dagster_ui: str, browser: Any) -> None:
    browser.get(f"{dagster_ui}/assets/sources/rivm_health_50090ned")
    until(lambda: "7,064" in _text(browser), "the asset does not show its number of rows")
    until(lambda: "Latest check results" in _text(browser), "the asset shows no check results")
    browser.get(f"{dagster_ui}/assets/sources/rivm_health_50090ned?view=checks")
    until(lambda: "edition" in _text(browser), "the asset does not tell whether its edition is the newest")
