"""The care table by https, as a phone in the same network has it: the live camera, a photo, paper; nothing on the proxy's disk."""

from __future__ import annotations

import io
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np
import pytest
from PIL import Image

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from tests.apps.visits import AXE
from tests.browser import chromium, free_port, running, until
from tests.care_table import walk
from tests.care_table.photos import Camera, laid, photographed
from tests.care_table.test_care_browser import SIZES, looked, resize
from tests.care_table.test_care_canaries import CANARY, marked_photo
from tests.front import NAME, nginx

pytestmark = [pytest.mark.busy, pytest.mark.browser]
TABLE = f"tafel.{NAME}"


class Served(NamedTuple):
    """Where the proxy listens, and where it writes."""

    port: int
    folder: Path


@pytest.fixture(scope="module")
def served(house: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The care table behind the proxy."""
    folder, port = tmp_path_factory.mktemp("care_front"), free_port()
    (folder / "dagster.htpasswd").write_text("")
    environment = {
        "DWP_DATA_DIR": str(house.data_dir), "DWP_KEYS_DIR": str(house.keys_dir), "PYTHONPATH": str(PROJECT_ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "apps.care_table", "--port", str(port), "--proxy", f"https://{TABLE}"]
    with (
        running(command, f"http://127.0.0.1:{port}/", environment),
        nginx(folder, {8501: free_port(), 8502: free_port(), 3001: free_port(), 8700: port}) as (
            _,
            encrypted,
        ),
    ):
        with visiting(Served(encrypted, folder)) as browser:
            until(lambda: browser.get("/").status_code == 200, "nginx did not start", 120)
        yield Served(encrypted, folder)


def visiting(served: Served) -> httpx.Client:
    """A browser that knows the proxy by its name."""
    trusting = ssl._create_unverified_context()
    return httpx.Client(
        base_url=f"https://127.0.0.1:{served.port}", headers={"host": f"{TABLE}:{served.port}"}, verify=trusting, timeout=300,
    )  # fmt: skip


def test_proxy__brings_a_photo_and_paper_through_and_writes_neither_down(served: Served) -> None:
    with visiting(served) as browser:
        first = browser.get("/")
        assert "secure" in first.headers["set-cookie"].lower()
        assert first.headers["permissions-policy"].startswith("camera=(self)")
        browser.headers["cookie"] = first.headers["set-cookie"].split(";")[0]
        assert 'src="/phone.svg"' in first.text and browser.get("/phone.svg").text.startswith("<?xml")
        answer = browser.post("/team/photo", files={"photo": ("x.jpg", marked_photo(), "image/jpeg")})
        assert answer.status_code == 303
        assert "Klopt deze tijdlijn?" in browser.get("/team").text
        large = browser.post(
            "/team/photo", files={"photo": ("x.jpg", CANARY.encode() * 2_100_000, "image/jpeg")}
        )
        assert large.status_code == 303 and "De foto is te groot" in browser.get("/team").text
        assert browser.get("/print/folding.pdf").content.startswith(b"%PDF")
    files = [path for path in served.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]
    # nginx takes its temporary files away itself, but warns of each.
    assert "temporary file" not in (served.folder / "datawerkplaats-error.log").read_text()
    assert "/team" not in (served.folder / "datawerkplaats-access.log").read_text()


def film(folder: Path) -> Path:
    """What the camera films: a board on the table, as a film of one picture."""
    draw = np.random.default_rng(1)
    picture = Image.open(
        io.BytesIO(photographed(laid([0, 9, 7, *([None] * 9)], draw), Camera(width=1600), draw))
    )
    path = folder / "board.mjpeg"
    frame = io.BytesIO()
    picture.save(frame, "JPEG", quality=92)
    path.write_bytes(frame.getvalue() * 2)
    return path


def test_camera__a_whole_extra_teamlid_through_it_on_a_phone(served: Served, tmp_path: Path) -> None:
    also = [
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film(tmp_path)}",
        "--ignore-certificate-errors", f"--host-resolver-rules=MAP {TABLE} 127.0.0.1",
    ]  # fmt: skip
    base, found = f"https://{TABLE}:{served.port}", list[str]()
    with chromium(tmp_path / "profile", also=also) as driver:
        resize(driver, *SIZES[-1])
        assert AXE.exists()
        text = walk.teamwork(driver, base, None, looked(driver, found))
        assert "vergelijkbare trajecten" in text
    assert not found


def test_camera__without_leave_a_file_is_asked_for(served: Served, tmp_path: Path) -> None:
    also = [
        "--ignore-certificate-errors",
        f"--host-resolver-rules=MAP {TABLE} 127.0.0.1",
    ]  # a machine without a camera
    with chromium(tmp_path / "profile", also=also) as driver:
        resize(driver, *SIZES[-1])
        driver.get(f"https://{TABLE}:{served.port}/team")
        driver.find_element("css selector", ".camera-open").click()
        told = driver.find_element("css selector", ".camera-none")
        until(told.is_displayed, "nothing was said of the camera")
        assert "Kies hieronder een foto" in told.text


def test_proxy__is_the_only_one_that_is_let_in(house: Settings) -> None:
    command = [sys.executable, "-m", "apps.care_table", "--proxy", "http://plain.example"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT_ROOT, check=False)
    assert done.returncode == 1 and "begins with https://" in done.stderr
