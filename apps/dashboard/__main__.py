"""`python -m apps.dashboard [--server.port 8501]`: the dashboard, which opens all its pages itself before people do.

The first time that a page is opened on a server it takes seconds: its libraries are read, the map is drawn, and the figures of
all areas are looked up, all of which is kept. So the server does it, when it starts and when there is a new publication.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import threading
import time
import urllib.request
from importlib import import_module
from pathlib import Path
from typing import Any

from apps.dashboard.registry import pages
from apps.dashboard.serving.headless_client import HeadlessClient
from apps.dashboard.serving.identity import check_address, rules
from datawerkplaats import publication
from datawerkplaats.base.browser_gate import LOCAL_HOSTS, Application, BrowserGate
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.library_timer import or_end, owner
from datawerkplaats.base.settings import get_settings
from datawerkplaats.base.web_server import look_less_often

APP = Path(__file__).parent / "app.py"
LOOKS_EVERY_S = 30.0
# Everything comes from this server. Charts are compiled in the browser, styles are set by script.
_CONTENT = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss: data: blob:; worker-src 'self' blob:;"
    " object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
LOG = logging.getLogger(__name__)


async def open_all(port: int) -> float:
    """Opens every page once, one after the other; returns the seconds that it took."""
    started = time.monotonic()
    async with HeadlessClient(port) as client:
        for entry in pages():
            await client.visit(entry.id)
    return time.monotonic() - started


def keep_warm(port: int) -> None:
    """Opens every page when the server answers, and again after each publication; failing is no harm to anybody."""
    warm_for = ""
    while True:
        try:
            newest = publication.current(get_settings().publish_dir).id
            if newest != warm_for and _answers(port):
                LOG.info("every page was opened once in %.1f s", asyncio.run(open_all(port)))
                warm_for = newest
        except DataProblem:
            warm_for = ""
        except Exception:
            LOG.warning("the pages could not be opened ahead of the visitors", exc_info=True)
            return
        time.sleep(LOOKS_EVERY_S if warm_for else 1.0)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def gated(application: Application) -> BrowserGate:
    """The server as browsers may reach it: under our names, from our pages, without figures about itself."""
    return BrowserGate(
        application,
        [*LOCAL_HOSTS, *get_settings().host_names],
        closed=r"^/_stcore/metrics",
        headers={"Content-Security-Policy": _CONTENT},
    )


def _read_settings_once() -> None:
    """Streamlit looks five times a second whether its settings in a file are others; here they are read when it starts."""
    bootstrap, watches, _ = owner("streamlit.web.bootstrap", "_install_config_watchers")
    setattr(bootstrap, watches, lambda _: None)


def main() -> None:
    """Start the server behind the gate, with Streamlit's own options."""
    from streamlit.web import cli

    starlette_server: Any = import_module("streamlit.web.server.starlette.starlette_server")
    bare = starlette_server.create_starlette_app
    or_end(look_less_often, _read_settings_once)
    # The one place where the server takes its application from.
    starlette_server.create_starlette_app = lambda runtime: gated(bare(runtime))
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--server.port", dest="port", type=int, default=8501)
    parser.add_argument("--server.address", dest="address", default="127.0.0.1")
    asked = parser.parse_known_args()[0]
    port, settings = asked.port, get_settings()
    try:
        check_address(settings, asked.address)
        if settings.sign_in_file is not None:
            rules(settings)  # a mistake in them is told before anybody waits for a page
            sys.argv += ["--secrets.files", str(settings.sign_in_file)]
    except DataProblem as problem:
        sys.exit(problem.sentence("en"))
    threading.Thread(target=keep_warm, args=(port,), daemon=True).start()
    names = [
        f"--server.allowedHosts={name}"
        for name in (*LOCAL_HOSTS, *get_settings().host_names)
        if get_settings().host_names
    ]
    sys.argv = ["streamlit", "run", str(APP), *names, *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
