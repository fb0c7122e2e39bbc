"""Fixtures for the page tests: a published file of their own, and the page scripts run without a browser."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit import _main
from streamlit.components.v2 import manifest_scanner
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import magic
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from tests.apps.fixture_publication import build_publication
from tests.apps.rich_publication import add_edges, enrich
from tests.apps.visits import Visitor
from tests.browser import chromium, dashboard

APP = PROJECT_ROOT / "apps" / "dashboard" / "app.py"
# A server looks once for components among all packages that are installed, a page in a test at each of its runs: four fifths of
# its time. What is installed does not change meanwhile.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
# Python 3.11 may fail to parse ("AST constructor recursion depth mismatch") where it clears garbage meanwhile that runs Python
# when it goes, as a connection of SQLAlchemy does: a page is read first, and cleared after.
_add_magic = magic.add_magic


def _add_magic_undisturbed(code: str, script_path: str) -> Any:
    gc.disable()
    try:
        return _add_magic(code, script_path)
    finally:
        gc.enable()


magic.add_magic = _add_magic_undisturbed
TIMEOUT_S = 1800  # of a script that hangs; no test may fail because the machine is busy


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder that the pages read."""
    folder = tmp_path / "data"
    monkeypatch.setenv("DWP_DATA_DIR", str(folder))
    get_settings.cache_clear()
    yield folder
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def publication_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small publication, built once."""
    folder = tmp_path_factory.mktemp("published")
    build_publication(folder / "publish")
    return folder


@pytest.fixture
def published(data_dir: Path, publication_template: Path) -> Path:
    """A data folder with a copy of the small publication, which a test may damage."""
    shutil.copytree(publication_template, data_dir)
    return data_dir


@pytest.fixture(scope="session")
def small_dashboard(publication_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard on the small publication with the account of one model; one per worker."""
    from tests.apps.test_risico import with_models

    folder = Path(shutil.copytree(publication_template, tmp_path_factory.mktemp("small") / "data"))
    with_models(folder)
    with dashboard(folder) as base:
        yield base


@pytest.fixture(scope="session")
def rich_dashboard(publication_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard on a publication with every kind of area; one per worker."""
    from tests.apps.test_aanmeldingen import with_registrations
    from tests.apps.test_risico import with_models

    folder = Path(shutil.copytree(publication_template, tmp_path_factory.mktemp("rich") / "data"))
    enrich(folder)
    add_edges(folder)
    with_models(folder)
    with_registrations(folder)
    with dashboard(folder) as base:
        yield base


@pytest.fixture(scope="session")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The headless Chromium of this worker."""
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def browser(one_browser: Any) -> Any:
    """The worker's Chromium as if it had just been opened: no page, no size, no memory, nothing written down."""
    return as_new(one_browser)


@pytest.fixture(scope="session")
def listening_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Another Chromium of this worker, that writes down every request: what it keeps of them slows a long walk."""
    with chromium(tmp_path_factory.mktemp("listening"), listens=True) as driver:
        yield driver


@pytest.fixture
def listening(listening_browser: Any) -> Any:
    """It, as if it had just been opened, with no request written down."""
    driver = as_new(listening_browser)
    driver.get_log("performance")
    return driver


@pytest.fixture(scope="module")
def visitor_of_all(listening_browser: Any, rich_dashboard: str) -> Iterator[Visitor]:
    """A browser that listens, begins as new and goes through a module's pages, on a publication with every kind of area."""
    visitor = Visitor(as_new(listening_browser), rich_dashboard)
    with visitor.axe_at_hand():
        yield visitor


def as_new(driver: Any) -> Any:
    """The browser with one window, without page, size, memory or messages: a tab left open asks on after its server."""
    first, *others = driver.window_handles
    for handle in others:
        driver.switch_to.window(handle)
        driver.close()
    driver.switch_to.window(first)
    driver.get("about:blank")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    driver.get_log("browser")
    return driver


OpenPage = Callable[..., AppTest]
# What is drawn in them only when somebody opens them.
FOLDS = ("verkennen", "pair", "all_pairs", "pattern", "parts", "funnel", "groups")
Pressed = Callable[[], bytes]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, Pressed]:
    """By file name what the download buttons of the page give when they are pressed."""
    found: dict[str, Pressed] = {}
    button = DeltaGenerator.download_button

    def remember(
        self: DeltaGenerator, label: str, data: Pressed, file_name: str, *more: Any, **named: Any
    ) -> bool:
        found[file_name] = data
        return button(self, label, data, file_name, *more, **named)

    monkeypatch.setattr(DeltaGenerator, "download_button", remember)
    monkeypatch.setattr("streamlit.download_button", _main.download_button)
    return found


def first_seen(page: str = "", **parameters: str) -> AppTest:
    """What a page drew with URL parameters, before anybody opened anything on it."""
    return _app(page, parameters).run()


def run_page(page: str = "", **parameters: str) -> AppTest:
    """What a page drew with URL parameters, with every table and domain unfolded."""
    from apps.dashboard.data.themes import all_themes
    from apps.dashboard.profile.lines import domains

    app, folded = _app(page, parameters), set(FOLDS)
    with suppress(DataProblem):  # a broken theme is what some pages are asked about
        folded |= {f"domain_{domain}" for theme in all_themes().values() for domain in domains(theme)}
    for key in folded:
        app.session_state[f"fold_{key}"] = True
    return app.run()


def _app(page: str, parameters: dict[str, str]) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=TIMEOUT_S)
    if page:
        # A page is known by the hash of its name in the address: the first page need not be drawn to learn it.
        app._page_hash = calc_hash(page)
    app.query_params.clear()
    app.query_params.update(parameters)
    return app


@pytest.fixture
def open_page() -> OpenPage:
    """A function that runs a page with URL parameters and returns what it drew."""
    return run_page
