"""A whole session with canaries in every field, address, header and the photo's EXIF: none on disk, in a log or a trace."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from apps.care_table.taxation import PARTS
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from tests.browser import answers, free_port, until
from tests.care_table.photos import Camera, laid, photographed

pytestmark = pytest.mark.busy

CANARY = "Kanariepiet8371"
WRITING = "write,writev,pwrite64,pwritev,pwritev2,openat,rename,renameat2,mkdir"


@contextmanager
def traced(house: Settings, folder: Path) -> Iterator[tuple[str, int]]:
    """The care table as a process that writes below the folder, with all its writing traced where that is possible."""
    port = free_port()
    for name in ("tmp", "home"):
        (folder / name).mkdir(parents=True)
    command = [sys.executable, "-m", "apps.care_table", "--port", str(port)]
    if strace := shutil.which("strace"):
        command = [
            strace,
            "-f",
            "-s",
            "100000",
            "-e",
            f"trace={WRITING}",
            "-o",
            str(folder / "trace"),
            *command,
        ]
    environment = {
        **os.environ, "DWP_DATA_DIR": str(house.data_dir), "DWP_KEYS_DIR": str(house.keys_dir), "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "home"), "PYTHONPATH": str(PROJECT_ROOT), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=log, stderr=log)
        try:
            until(lambda: answers(f"http://127.0.0.1:{port}/"), "the care table did not start")
            yield f"http://127.0.0.1:{port}", _served_by(process.pid)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(_served_by(process.pid), signal.SIGTERM)  # a tracer passes nothing on
            process.wait(60)


def _served_by(pid: int) -> int:
    """The process that serves: the child where a tracer stands before it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else pid


def marked_photo() -> bytes:
    """A photo of a board whose EXIF holds canaries."""
    draw = np.random.default_rng(1)
    picture = Image.open(io.BytesIO(photographed(laid([0, 9, 7, *([None] * 9)], draw), Camera(), draw)))
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x8298] = CANARY, CANARY, CANARY
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=CANARY.encode(), quality=90)
    return out.getvalue()


def opinion(base: str, headers: dict[str, str], page: str) -> None:
    """A colleague on another device, who types the code and a canary, fills in and hands over."""
    code = re.findall(r'class="code">([A-Z0-9-]+)<', page)[0]
    with httpx.Client(base_url=base, headers=headers, follow_redirects=True, timeout=600) as browser:
        browser.get("/second")
        browser.post("/second", data={"code": CANARY})
        browser.post("/second", data={"code": code, "name": CANARY})
        page = browser.post("/second", data={"band": "4", "reason": "health", "note": CANARY}).text
        while found := re.search(r'name="question" value="(\w+)"', page):
            answer = "12" if found[1] == "age" else "0"
            page = browser.post("/second", data={"question": found[1], "answer": answer, "name": CANARY}).text
        assert "Je collega ziet nu" in browser.post("/second", data={"final": "3", "note": CANARY}).text


def whole_session(base: str) -> str:
    """Both tools and the exercise to their last page, with canaries wherever a browser may send one; the last page."""
    headers = {"user-agent": CANARY, "referer": f"http://127.0.0.1/{CANARY}", "x-other": CANARY}
    with httpx.Client(base_url=base, headers=headers, follow_redirects=True, timeout=600) as browser:
        browser.get("/", params={"q": CANARY})
        browser.get(f"/{CANARY}")
        browser.get(f"/print/{CANARY}")
        for field in (
            "band",
            "reason",
            "answer",
            "question",
            "final",
            "action",
            "kind",
            "step",
            "own",
            "team",
            "case",
        ):
            for path in ("/risk", "/team", "/exercise", "/second", "/together"):
                browser.post(path, data={field: CANARY})
        browser.post("/risk", data={"band": "2", "reason": "safety", "note": CANARY})
        page = browser.get("/risk").text
        while found := re.search(r'name="question" value="(\w+)"', page):
            answer = "12" if found[1] == "age" else "1"
            page = browser.post("/risk", data={"question": found[1], "answer": answer, "name": CANARY}).text
        browser.post("/risk/code", data={"code": CANARY})
        opinion(base, headers, browser.get("/risk").text)
        browser.post("/risk", data={"final": "3", "note": CANARY})
        browser.post("/risk/dossier", data={CANARY: CANARY})
        paper = {f"part_{name}": CANARY for name in PARTS}
        assert browser.post("/risk/dossier", data={**paper, "note": CANARY}).content.startswith(b"%PDF")
        big = {"photo": (f"{CANARY}.jpg", CANARY.encode() * 200_000, "image/jpeg")}
        browser.post("/team/photo", files=big)
        browser.post(
            "/team/photo",
            content=CANARY.encode() * 3_000_000,
            headers={"content-type": "multipart/form-data"},
        )
        browser.post(
            "/team/photo",
            files={"photo": (f"{CANARY}.jpg", marked_photo(), "image/jpeg")},
            data={"note": CANARY},
        )
        browser.post("/team", data={"action": "confirm"})
        page = browser.get("/team").text
        while found := re.search(r'name="question" value="(\w+)"', page):
            page = browser.post(
                "/team", data={"question": found[1], "answer": "12" if found[1] == "age" else "1"}
            ).text
        page = browser.post("/team", data={"own": "diagnostics", "note": CANARY}).text
        browser.post("/together/photo", files={"photo": (f"{CANARY}.jpg", marked_photo(), "image/jpeg")})
        browser.post("/together", data={"action": "from_team", "note": CANARY})
        for sent in ({"own": "diagnostics"}, {"why": "home"}, {"choice": "later"}):
            browser.post("/together", data={**sent, "note": CANARY})
        assert browser.post("/together/plan", data={"note": CANARY}).content.startswith(b"%PDF")
        return page


def test_canaries__no_byte_of_a_session_on_disk_or_in_a_log(house: Settings, tmp_path: Path) -> None:
    before = {path for path in house.data_dir.rglob("*") if path.is_file()}
    with traced(house, tmp_path) as (base, pid):
        page = whole_session(base)
        assert "Meest gekozen vervolg" in page and CANARY not in page
        status = Path(f"/proc/{pid}/status").read_text()
        assert re.search(r"VmSwap:\s+0 kB", status)
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert re.search(r"Max core file size\s+0\s+0", limits)
    scanned = [
        path
        for folder in (tmp_path, house.data_dir, house.keys_dir)
        for path in folder.rglob("*")
        if path.is_file()
    ]
    found = [path for path in scanned if CANARY.encode() in path.read_bytes()]
    assert not found
    assert not list((tmp_path / "tmp").rglob("*"))
    if (folder := tmp_path / "trace").exists():  # also what was taken away again
        made = re.findall(r'"([^"]*)", [A-Z_|]*O_CREAT', folder.read_text("utf-8", "replace"))
        assert all(Path(one).name.startswith("workplace.db") for one in made), made
    # The register's database may put its own side files beside it; nothing else is new.
    new = {path for path in house.data_dir.rglob("*") if path.is_file()} - before
    assert all(path.name.startswith("workplace.db") for path in new), new
    assert (tmp_path / "log").read_text().count("\n") == 1, (tmp_path / "log").read_text()


def test_canaries__would_be_found(tmp_path: Path) -> None:
    """The search itself finds a canary, in a file and in the bytes of a photo."""
    (tmp_path / "note").write_text(f"x{CANARY}y")
    assert [path for path in tmp_path.rglob("*") if CANARY.encode() in path.read_bytes()]
    assert marked_photo().count(CANARY.encode()) >= 2
