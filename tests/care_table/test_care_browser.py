"""Both tools and the exercise by clicks in a real browser, every screen at the width of a desk and of a phone, with axe-core."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from tests.apps.visits import AXE, without_axe
from tests.browser import chromium, free_port, running
from tests.care_table import walk
from tests.care_table.photos import Camera, laid, photographed
from tests.care_table.test_care_afterwards import words_of

pytestmark = [pytest.mark.busy, pytest.mark.browser]

_AXE_RUN = """const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations.filter(v => ['serious', 'critical'].includes(v.impact))
  .map(v => v.id + ': ' + v.nodes[0].html.slice(0, 120))));"""


# The walk itself goes on at the last one: a finger's.
SIZES = ((1440, 900), (375, 812))


def looked(driver: Any, found: list[str]) -> walk.Look:
    """Notes what is wrong with a screen at either width: wider than the window, small targets, serious findings of axe."""

    def look(name: str) -> None:
        driver.execute_script(AXE.read_text(encoding="utf-8"))
        for width, height in SIZES:
            resize(driver, width, height)
            wide = driver.execute_script("return document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{name}: {wide} wide on {width}")
            small = driver.execute_script(
                "return [...document.querySelectorAll('button, .choice, .cards a, .grip')].filter(e => e.offsetParent"
                " && e.getBoundingClientRect().height < 43.5).map(e => e.textContent)"
            )
            found.extend(f"{name}: small {one} on {width}" for one in small)
            found.extend(f"{name}: {one} on {width}" for one in driver.execute_async_script(_AXE_RUN))

    return look


def resize(driver: Any, width: int, height: int) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def test_walk__both_tools_and_the_exercise_to_the_end(house: Settings, tmp_path: Path) -> None:
    if not AXE.exists():
        without_axe()
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    photo = tmp_path / "board.jpg"
    draw = np.random.default_rng(1)
    photo.write_bytes(photographed(laid([0, 9, 7, *([None] * 9)], draw), Camera(tilt=20), draw))
    environment = {
        "DWP_DATA_DIR": str(house.data_dir), "DWP_KEYS_DIR": str(house.keys_dir), "PYTHONPATH": str(PROJECT_ROOT),
    }  # fmt: skip
    found: list[str] = []
    with (
        running([sys.executable, "-m", "apps.care_table", "--port", str(port)], f"{base}/", environment),
        chromium(tmp_path / "profile") as driver,
    ):
        resize(driver, *SIZES[-1])
        look = looked(driver, found)
        driver.get(f"{base}/")
        look("home")
        assert "Klaar. Jullie schatting: Gemiddeld" in walk.taxation(driver, base, look)
        assert words_of(walk.dossier(driver, tmp_path))[0].count("kwamen er") == 1
        assert "vergelijkbare trajecten" in walk.teamwork(driver, base, photo, look)
        assert "Wij kiezen" in walk.together(driver, look)
        assert "advies fout" in walk.exercise(driver, base, look)
        for path in ("patterns", "why/next_step", "use"):
            driver.get(f"{base}/{path}")
            look(path)
    assert not found


def test_timeline__is_put_right_by_a_finger(house: Settings, tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {
        "DWP_DATA_DIR": str(house.data_dir), "DWP_KEYS_DIR": str(house.keys_dir), "PYTHONPATH": str(PROJECT_ROOT),
    }  # fmt: skip
    with (
        running([sys.executable, "-m", "apps.care_table", "--port", str(port)], f"{base}/", environment),
        chromium(tmp_path / "profile") as driver,
    ):
        resize(driver, *SIZES[-1])
        driver.get(f"{base}/team")
        walk.click(driver, "button[value=by_hand]")
        for kind in ("community_team", "diagnostics", "trauma_treatment"):
            driver.execute_script("document.querySelector('details').open = true")
            walk.click(driver, f"button[name=kind][value={kind}]")
        assert walk.dragged(driver, 2, 0) == ["Traumabehandeling", "Wijkteam", "Diagnostiek"]
        walk.click(driver, "button[name=to][value='0']")
        assert driver.find_elements("css selector", ".timeline .block")[0].text == "Wijkteam"
