"""The public site by nginx with the file as it ships: what may be framed and read by others, and that nobody is written down."""

from __future__ import annotations

import asyncio
import ssl
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from tests import front
from tests.proofs.site import NAME, Reader, served

pytestmark = pytest.mark.busy


def test_site_front__frames_blocks_only_lets_figures_be_read_and_writes_nobody_down(tmp_path: Path) -> None:
    if front.NGINX is None:
        pytest.skip("nginx is not installed (tests/install_nginx.sh)")
    folder = tmp_path / "site"
    paths = ("nl/index.html", "nl/insluiten/GM0106.html", "cijfers/GM0106.json", "grenzen/GM0106.geojson")
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("<p>Een blad.</p>" * 200, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("not of the site", encoding="utf-8")
    with served(folder, tmp_path) as (port, _):

        def asked(path: str, method: str = "GET") -> HTTPResponse:
            connection = HTTPSConnection(
                "127.0.0.1", port, context=ssl._create_unverified_context(), timeout=60
            )
            connection.request(method, path, headers={"Host": NAME})
            answer = connection.getresponse()
            answer.read()
            return answer

        page, block, figures, borders = (asked(f"/{path}") for path in paths)
        assert page.headers["X-Frame-Options"] == "DENY" and block.headers["X-Frame-Options"] is None
        assert page.headers["Access-Control-Allow-Origin"] is None
        assert (
            figures.headers["Access-Control-Allow-Origin"]
            == borders.headers["Access-Control-Allow-Origin"]
            == "*"
        )
        assert borders.headers["Content-Type"].startswith("application/geo+json")
        assert page.headers["Strict-Transport-Security"] and "/" not in (page.headers["Server"] or "")
        assert asked("/nl/index.html", "POST").status == 403
        assert asked("/../secret.txt").status in (400, 404) and asked("/nl/nergens.html").status == 404

        async def gzipped() -> bytes:
            async with Reader(port) as reader:
                return await reader.get("nl/index.html")

        assert asyncio.run(gzipped()) == (folder / "nl/index.html").read_bytes()
    kept = [path for path in (tmp_path / "site_front").rglob("*.log") if path.stat().st_size]
    assert not [path for path in kept if b"127.0.0.1" in path.read_bytes().replace(b"127.0.0.1:", b"")]
