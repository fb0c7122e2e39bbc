"""The clients in Python and R: one line for an indicator, and a refusal is a sentence."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import httpx
import pytest
import uvicorn
from starlette.testclient import TestClient

from apps.api.app import make_app
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication import Publication
from tests.client_package import client_package


@pytest.fixture(scope="module")
def package() -> ModuleType:
    return client_package()


def test_python__one_line_gives_the_figures_of_one_release(
    client: TestClient, package: ModuleType, published: tuple[Path, list[Publication]]
) -> None:
    older = published[1][0].id
    now, then = (
        package.Workplace("http://testserver/v1", release, client).figures("lonely_pct", year=2022)
        for release in (None, older)
    )
    assert len(now) == len(then) == 12 and now != then
    assert all(row["lower"] < row["value"] < row["upper"] for row in now)
    workplace = package.Workplace("http://testserver/v1", client=client)
    assert workplace.association("lonely_pct", "suicide_pct")["refused_because"] == "circular_pair"
    with pytest.raises(package.Refused, match="lonely_pct") as refusal:
        workplace.figures("loneli_pct")
    assert refusal.value.code == "unknown_indicator"


@pytest.fixture(scope="module")
def served(published: tuple[Path, list[Publication]]) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(make_app(published[0]), host="127.0.0.1", port=0, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
    server.should_exit = True
    thread.join()


@pytest.mark.busy
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r__one_line_gives_the_same_figures(served: str) -> None:
    script = f"""
    source("{PROJECT_ROOT}/clients/r/datawerkplaats.R"); options(dwp.address = "{served}")
    rows <- dwp_figures("lonely_pct", year = c(2020, 2022))
    refusal <- tryCatch(dwp_figures("loneli_pct"), error = function(e) conditionMessage(e))
    cat(nrow(rows), sprintf("%.6f", sum(rows$value)), gsub("\\n", " ", refusal))
    """
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    rows = httpx.get(f"{served}/observations?indicator=lonely_pct").json()["items"]
    assert done.stdout.startswith(f"24 {sum(row['value'] for row in rows):.6f}"), done.stderr
