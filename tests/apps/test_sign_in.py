"""Signing in for real, with a provider and a browser; and the local user on this machine alone."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.dashboard.registry import pages
from apps.dashboard.serving import identity
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from demo.sign_in import write_settings
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.apps.visits import Visitor
from tests.browser import free_port, running, until

pytestmark = pytest.mark.busy
LOCAL_SENTENCE = "heeft alle rollen"


def test_local__the_page_says_that_everybody_has_all_roles(published: Path, open_page: OpenPage) -> None:
    assert LOCAL_SENTENCE in words(open_page())


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.4", "", "werkplaats.example"])
def test_local__another_address_without_a_provider_is_refused(address: str) -> None:
    with pytest.raises(DataProblem, match="on this computer only"):
        identity.check_address(Settings(sign_in_file=None), address)


def test_local__the_server_does_not_start_on_another_address() -> None:
    command = [sys.executable, "-m", "apps.dashboard", "--server.address", "0.0.0.0"]
    run = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert run.returncode == 1 and "on this computer only" in run.stderr and "Traceback" not in run.stderr


def test_sign_in__the_page_says_so_where_the_provider_does_not_answer(
    published: Path, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in, roles = write_settings(tmp_path / "sign_in", free_port(), free_port())
    monkeypatch.setenv("DWP_SIGN_IN_FILE", str(sign_in))
    monkeypatch.setenv("DWP_ROLES_FILE", str(roles))
    get_settings.cache_clear()
    try:
        app = open_page()
        next(one for one in app.button if one.label == "Aanmelden").click().run()
        assert not app.exception and "antwoordt niet" in "".join(one.value for one in app.warning)
        assert "antwoordt niet" not in "".join(one.value for one in app.run().warning)  # told once
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


@pytest.fixture(scope="module")
def with_provider(
    publication_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    folder = Path(shutil.copytree(publication_template, tmp_path_factory.mktemp("signed") / "data"))
    port, app_port = free_port(), free_port()
    sign_in, roles = write_settings(folder / "sign_in", port, app_port)
    told = {
        "DWP_DATA_DIR": str(folder), "DWP_SIGN_IN_FILE": str(sign_in),
        "DWP_ROLES_FILE": str(roles),
    }  # fmt: skip
    provider = [sys.executable, "-m", "demo.sign_in", "--port", str(port)]
    app = [
        sys.executable, "-m", "apps.dashboard", "--server.port", str(app_port),
    ]  # fmt: skip
    base = f"http://127.0.0.1:{app_port}"
    with (
        running(provider, f"http://127.0.0.1:{port}/.well-known/openid-configuration", {}),
        running(app, f"{base}/_stcore/health", told),
    ):
        yield base, folder


def text_of(driver: Any) -> str:
    return str(driver.execute_script("return document.body.innerText"))


def press(driver: Any, label: str) -> None:
    script = """const b = [...document.querySelectorAll('button')].find(b => b.innerText.trim().endsWith(arguments[0]));
        b?.click(); return Boolean(b);"""
    until(lambda: driver.execute_script(script, label), f"there is no button {label}")


def sign_in_as(driver: Any, base: str, user: str) -> None:
    driver.get(f"{base}/verkennen")
    until(lambda: "Meld u eerst aan" in text_of(driver), "the page did not ask to sign in")
    press(driver, "Aanmelden")
    until(lambda: "oauth2/authorize" in driver.current_url, "the provider did not open")
    until(lambda: driver.find_elements("css selector", f"[value='{user}']"), f"{user} is not there")
    driver.find_elements("css selector", f"[value='{user}']")[0].click()
    until(lambda: driver.current_url.startswith(base), "the browser did not come back")


@pytest.mark.browser
def test_sign_in__with_a_role_without_one_and_out_again_in_every_tab(
    with_provider: tuple[str, Path], browser: Any
) -> None:
    base, _ = with_provider
    sign_in_as(browser, base, "chair")
    until(lambda: "aangemeld als voorzitter" in text_of(browser), "nobody was signed in")
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    visitor = Visitor(browser, base)
    visitor.open("/profiel")
    assert "aangemeld als voorzitter · GGD Veenland" in text_of(browser)
    second = browser.current_window_handle
    browser.switch_to.window(first)
    press(browser, "Afmelden")
    until(lambda: "aangemeld als" not in text_of(browser), "the visit did not end")
    browser.switch_to.window(second)  # still open, with what Streamlit read when it was opened
    assert "aangemeld als voorzitter" in text_of(browser)
    browser.execute_script("document.querySelector('a[href*=buren]').click()")
    until(lambda: "Meld u eerst aan" in text_of(browser), "the second tab went on")
    browser.close()
    browser.switch_to.window(first)
    sign_in_as(browser, base, "zonder-groep")
    until(lambda: "a group that has a role" in text_of(browser), "somebody without a group got in")
    press(browser, "Afmelden")


def test_behind_a_provider__a_declared_list_answers_anonymously_and_nothing_else(
    with_provider: tuple[str, Path],
) -> None:
    """Whatever headers a browser sends: who is there is told by the signed cookie only."""
    forged = {
        "X-Forwarded-User": "chair",
        "X-Remote-User": "chair",
        "Cookie": "_streamlit_user=chair",
        "Host": "127.0.0.1",
    }
    base, _ = with_provider
    open_ones = asyncio.run(_open_pages(int(base.rsplit(":", 1)[1]), forged))
    assert open_ones == {"start", "woordenlijst", "meedoen", "loket"} & {entry.id for entry in pages()}


async def _open_pages(port: int, headers: dict[str, str]) -> set[str]:
    from apps.dashboard.serving.headless_client import HeadlessClient

    found = set()
    for entry in pages():
        async with HeadlessClient(port, {k: v for k, v in headers.items() if k != "Host"}) as client:
            answer = await client.visit(entry.id)
        if "Meld u eerst aan" not in answer.words:
            found.add(entry.id)
    return found
