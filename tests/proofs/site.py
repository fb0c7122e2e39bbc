"""The public site of the whole country: how large it is, whether every figure is the release's, and what it carries."""

from __future__ import annotations

import asyncio
import os
import random
import re
import ssl
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from tests import front
from tests.bench.national import publish_national
from tests.bench.processes import measured
from tests.browser import chromium, free_port, until
from tests.proofs.registry import Measured, Room
from tests.site_examiner import Examiner

READERS, PAGES, RAMP_S = 1_000, 4, 6.0  # all are there before the first one has read four pages
THINKING_S = (2.0, 8.0)  # between two pages somebody reads
NAME = "cijfers.example"
SHIPPED = PROJECT_ROOT / "apps" / "front" / "site.conf"
TIMES = 7
_ASKED = re.compile(r'(?:src|href)="((?:\.\./)*(?:tekening/[^"#]+|[\w./-]+\.(?:css|js|svg)))"')
_SLOW_PHONE = {
    "offline": False,
    "latency": 40,
    "downloadThroughput": 10_000_000 / 8,
    "uploadThroughput": 5_000_000 / 8,
}


def _site(room: Room) -> Path:
    """The site of the whole country, built once for the parts of a run."""
    folder = room.work / "site"
    publish_national(room)
    if not folder.exists():
        command = [
            sys.executable, "-m", "datawerkplaats.cli", "site", "build", "--out", str(folder), "--url", f"https://{NAME}",
            "--app-url", "https://werkplaats.example",
        ]  # fmt: skip
        run = measured(command, {})
        (room.work / "site_build").write_text(f"{run.cpu_s} {run.peak_mb}", encoding="utf-8")
    return folder


def size(room: Room) -> Iterator[Measured]:
    """Yields megabytes, pages, and what building took."""
    folder = _site(room)
    cpu, memory = map(float, (room.work / "site_build").read_text(encoding="utf-8").split())
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    yield "site_mb", sum(sizes.values()) / 1e6, None
    yield "site_pages", sum(path.suffix == ".html" for path in sizes), None
    yield "site_files", len(sizes), None
    yield "site_build_cpu_s", cpu, None
    yield "site_build_memory_mb", memory, None


def figures(room: Room) -> Iterator[Measured]:
    """Yields how many numbers were held against the release, and how many are not its own."""
    folder = _site(room)
    found = Examiner(publication.current(get_settings().publish_dir)).site(folder)
    for sentence in (*found.wrong[:20], *found.missing[:20]):
        print(sentence, file=sys.stderr)
    yield "site_areas_looked_at", found.areas, None
    yield "site_pages_looked_at", found.pages, None
    yield "site_numbers_looked_at", found.numbers, None
    yield "site_numbers_wrong", len(found.wrong), None
    yield "site_figures_missing", len(found.missing), None


def readers(room: Room) -> Iterator[Measured]:
    """Yields how long a thousand people at once wait for a page with all that it shows, failures, and what the server needs."""
    folder = _site(room)
    with served(folder, room.work) as (port, process):
        asyncio.run(_all(port, folder, 1))
        alone = asyncio.run(_all(port, folder, 5))
        before = _cpu_s(process)
        together = asyncio.run(_all(port, folder, READERS))
        used, memory = _cpu_s(process) - before, _memory_mb(process)
    yield "site_readers_at_once", together.most, None
    yield "site_page_p95_ms", _p95(together.seconds) * 1000, _p95(alone.seconds) * 1000
    yield "site_page_median_ms", statistics.median(together.seconds) * 1000, None
    yield "site_pages_read", len(together.seconds), None
    yield "site_readers_errors", together.errors, None
    yield "site_server_cpu_ms_a_page", used / max(1, len(together.seconds)) * 1000, None
    yield "site_server_memory_mb", memory, None


def first_map(room: Room) -> Iterator[Measured]:
    """Yields from asking for the first page until its map is drawn, nothing kept from before, on a desk and on a slow phone."""
    folder = _site(room)
    with served(folder, room.work) as (port, _), chromium(room.work / "profile") as driver:
        for command in ("Network.enable", "Page.enable"):
            driver.execute_cdp_cmd(command, {})
        driver.execute_cdp_cmd("Security.setIgnoreCertificateErrors", {"ignore": True})
        pages = {
            "front": f"https://127.0.0.1:{port}/nl/index.html",
            "area": f"https://127.0.0.1:{port}/nl/gebied/GM0106.html",
        }
        for name, address in pages.items():
            yield f"site_first_map_s ({name})", _median_map(driver, address), None
        driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": 4})
        driver.execute_cdp_cmd("Network.emulateNetworkConditions", _SLOW_PHONE)
        yield "site_first_map_slow_phone_s", _median_map(driver, pages["front"]), None


def _median_map(driver: Any, address: str) -> float:
    return statistics.median(_map_s(driver, address) for _ in range(TIMES))


def _map_s(driver: Any, address: str) -> float:
    """Seconds from the start of the visit until the map has come, is decoded, and a frame with it was drawn."""
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    driver.get(address)
    milliseconds = driver.execute_async_script(
        """const done = arguments[0], map = document.querySelector('img.dw-map');
        const drawn = performance.getEntriesByName(map.currentSrc)[0];
        const inline = performance.getEntriesByType('paint').find(one => one.name === 'first-contentful-paint');
        map.decode().then(() => {
          const painted = Math.max(drawn ? drawn.responseEnd : 0, inline ? inline.startTime : 0);
          const largest = new PerformanceObserver(list => {
            const entries = list.getEntries().filter(one => one.element === map);
            done(entries.length ? entries.at(-1).startTime : painted);
          });
          largest.observe({type: 'largest-contentful-paint', buffered: true});
          setTimeout(() => done(painted), 1000);
        });"""
    )
    return float(milliseconds) / 1000


@contextmanager
def served(folder: Path, work: Path) -> Iterator[tuple[int, int]]:
    """The site by nginx with the file as it ships; gives the encrypted port and the process.

    Raises:
        DataProblem: If there is no nginx.
    """
    if front.NGINX is None:
        raise DataProblem("missing_delivery", subject="nginx", remedy="tests/install_nginx.sh")
    place = work / "site_front"
    place.mkdir(exist_ok=True)
    plain, encrypted = free_port(), free_port()
    text = front.placed(SHIPPED.read_text(encoding="utf-8"), place, plain, encrypted)
    text = text.replace("/srv/datawerkplaats/site", str(folder)).replace(
        "worker_processes auto", "worker_processes 1"
    )
    (place / "nginx.conf").write_text(text, encoding="utf-8")
    command = [front.NGINX, "-c", str(place / "nginx.conf"), "-p", str(place), "-g", "daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until(lambda: asyncio.run(_visit_once(encrypted)), "nginx did not start", 60)
        yield encrypted, process.pid
    finally:
        process.terminate()
        process.wait(60)


@dataclass
class Seen:
    """What readers met: seconds per page with all that it shows, failures, and how many read at once at most."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    here: int = 0
    most: int = 0


class Reader:
    """One person with a browser: one connection that stays, everything fetched once."""

    def __init__(self, port: int) -> None:
        self.port, self.kept = port, set[str]()

    async def __aenter__(self) -> Reader:
        trusting = ssl._create_unverified_context()
        self._from, self._to = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=trusting, server_hostname=NAME
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._to.close()

    async def get(self, path: str) -> bytes:
        """The body of an answer.

        Raises:
            OSError: If it is no answer with a page.
        """
        asked = f"GET /{path} HTTP/1.1\r\nHost: {NAME}\r\nAccept-Encoding: gzip\r\n\r\n"
        self._to.write(asked.encode())
        head = (await self._from.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if not head.startswith("http/1.1 200"):
            raise OSError(head.splitlines()[0])
        length, body = re.search(r"content-length: (\d+)", head), b""
        if length:
            return await self._from.readexactly(int(length[1]))
        while size := int(await self._from.readline(), 16):
            body += await self._from.readexactly(size)
            await self._from.readexactly(2)
        await self._from.readexactly(2)
        return zlib.decompress(body, zlib.MAX_WBITS | 16) if "content-encoding: gzip" in head else body

    async def read(self, path: str) -> float:
        """Seconds for a page and all that it shows."""
        started = time.perf_counter()
        page = (await self.get(path)).decode()
        depth = Path(path).parent
        for found in dict.fromkeys(_ASKED.findall(page)):
            beside = os.path.normpath(depth / found)
            if beside not in self.kept:
                self.kept.add(beside)
                await self.get(beside)
        return time.perf_counter() - started


async def _all(port: int, folder: Path, count: int) -> Seen:
    areas = sorted(path.name for path in (folder / "nl" / "gebied").glob("*.html"))
    maps = sorted(path.name for path in (folder / "nl" / "kaart").glob("*.html"))
    seen = Seen()
    await asyncio.gather(*(_person(port, areas, maps, seen, number, count) for number in range(count)))
    return seen


async def _person(port: int, areas: list[str], maps: list[str], seen: Seen, number: int, count: int) -> None:
    """Comes within the first seconds, looks at the first page, areas and a map, and goes."""
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, RAMP_S if count > 1 else 0))
    pages = [
        "nl/index.html",
        *(f"nl/gebied/{chance.choice(areas)}" for _ in range(PAGES - 2)),
        f"nl/kaart/{chance.choice(maps)}",
    ]
    try:
        async with Reader(port) as reader:
            seen.here += 1
            seen.most = max(seen.most, seen.here)
            for page in pages:
                seen.seconds.append(await reader.read(page))
                await asyncio.sleep(chance.uniform(*THINKING_S))
    except (OSError, asyncio.IncompleteReadError, ValueError):
        seen.errors += 1
    finally:
        seen.here -= 1


async def _visit_once(port: int) -> bool:
    async with Reader(port) as reader:
        return bool(await reader.get("nl/index.html"))


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _family(process: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [process, *map(int, children)]


def _cpu_s(process: int) -> float:
    total = 0.0
    for one in _family(process):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _memory_mb(process: int) -> float:
    found = 0.0
    for one in _family(process):
        status = Path(f"/proc/{one}/status").read_text(encoding="ascii")
        found += int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    return found
