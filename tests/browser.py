"""A real browser for tests: headless Chromium, a service started for it, and waiting with a sentence when it is in vain."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--js-flags=--single-threaded",  # pages live for a second: helping threads cost a busy machine more than they bring
]
Thing = TypeVar("Thing")
WAIT_S = 300  # by condition: only what never comes true takes so long


def until(condition: Callable[[], Thing | None], failure: str, seconds: float = WAIT_S) -> Thing:
    """What the condition returns as soon as that is true; fails with the sentence when it stays false."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := condition():
                return found
        except Exception as error:
            failure = f"{failure.split(' (', maxsplit=1)[0]} ({type(error).__name__})"
        time.sleep(0.05)
    raise AssertionError(failure)


def answers(url: str) -> bool:
    """Whether a page can be fetched."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def requests_elsewhere(driver: Any, base: str) -> list[str]:
    """Requests that a browser which listens has sent since it was last asked, to anywhere but the service at `base`."""
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    sent += [m["params"]["url"] for m in messages if m["method"] == "Network.webSocketCreated"]
    ours = (base, base.replace("http", "ws", 1))
    assert sum(url.startswith(ours) for url in sent) > 5
    return [url for url in sent if url.startswith(("http", "ws")) and not url.startswith(ours)]


def errors_told(driver: Any) -> list[str]:
    """Errors in the browser's console since it was last asked.

    Below the root, Streamlit's own script first tries two addresses below the page; that it does is no error.
    """
    told = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    return [message for message in told if not re.search(r"/[a-z]+/_stcore/(health|host-config)", message)]


@contextmanager
def running(command: Sequence[str], health: str, environment: Mapping[str, str]) -> Iterator[None]:
    """A service that answers on its health address as long as the block lasts."""
    process = subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: answers(health), f"{' '.join(command[:4])} did not start", 900)
        yield
    finally:
        process.terminate()
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def dashboard(folder: Path) -> Iterator[str]:
    """The address of a dashboard on a data folder, as long as the block lasts."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "apps/dashboard/app.py", "--server.port", str(port)]
    with running(
        command,
        f"{base}/_stcore/health",
        {"DWP_DATA_DIR": str(folder)},
    ):
        yield base


@contextmanager
def chromium(
    profile: Path, size: str = "1400,1500", *, listens: bool = False, also: Sequence[str] = ()
) -> Iterator[Any]:
    """A headless Chromium that writes down every message, and every request if it `listens`, which it keeps until it is asked.

    The test is skipped where there is none. `also` are arguments of its own, such as a camera.
    """
    if not (CHROMIUM and DRIVER):
        message = "Chromium and its driver are not installed: apt-get install chromium chromium-driver"
        if os.environ.get("DWP_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in [*QUIET, f"--user-data-dir={profile}", f"--window-size={size}", *also]:
        options.add_argument(argument)
    options.set_capability(
        "goog:loggingPrefs", {"browser": "ALL"} | ({"performance": "ALL"} if listens else {})
    )
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()
