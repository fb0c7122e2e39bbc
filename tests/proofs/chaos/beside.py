"""What stands beside a workplace goes away: the database of what people write, the proxy in front, the one behind, the provider."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from apps.dashboard.serving import identity
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.workplace import questions
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.store import open_store
from demo.sign_in import write_settings
from tests.browser import free_port
from tests.front import NAME, nginx
from tests.proofs.chaos.examiner import LOST, RIGHT, SILENT, TOLD, TRACE
from tests.workplace.postgresql import postgresql

WRITES, OUTAGES = 150, 3


def database_away(work: Path, data: Path) -> Iterator[tuple[str, str]]:
    """PostgreSQL is stopped without a word while people write; what they were told is kept has to be there afterwards."""
    with postgresql() as address:
        settings = Settings(
            _env_file=None, data_dir=work / "data", keys_dir=work / "keys", workplace_url=address
        )
        store = open_store(settings)
        with store.reading() as connection:
            names = ("data_directory", "port", "unix_socket_directories")
            folder, port, sockets = (
                str(connection.execute(sa.text(f"show {one}")).scalar_one()) for one in names
            )
        with (Path(folder) / "postgresql.conf").open("a") as told_it:  # so that it starts again where it was
            told_it.write(
                f"\nport = {port}\nunix_socket_directories = '{sockets}'\nlisten_addresses = '127.0.0.1'\n"
            )
        for number in range(OUTAGES):
            kept, told, other = [], 0, []
            stop = threading.Timer(0.15 + 0.1 * number, _control, (folder, "stop", "-m", "immediate"))
            stop.start()
            for turn in range(WRITES):
                try:
                    kept.append(
                        questions.ask(store, LOCAL, f"Hoeveel jongeren wachten op hulp, {number} {turn}?")
                    )
                except DataProblem as problem:
                    told += problem.code == "store_unavailable"
                    if told > 3:
                        break
                except Exception as error:
                    other.append(type(error).__name__)
                    break
            stop.join()
            _control(folder, "start")
            there = {one.id for one in questions.questions(store, LOCAL)}
            store.verify_log()
            lost = set(kept) - there
            yield (
                f"while people write, {number + 1}",
                TRACE if other else LOST if lost else TOLD if told else SILENT,
            )
        store.engine.dispose()
    yield "when the store is opened", _opened_without(work)
    yield "an open page", _page_of_figures(data)


def _opened_without(work: Path) -> str:
    address = f"postgresql+psycopg://dwp@127.0.0.1:{free_port()}/postgres"
    try:
        open_store(
            Settings(_env_file=None, data_dir=work / "data", keys_dir=work / "keys", workplace_url=address)
        )
    except DataProblem as problem:
        return TOLD if problem.code == "store_unavailable" else SILENT
    except Exception:
        return TRACE
    return SILENT


def _control(folder: str, *what: str) -> None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))[-1]
    owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    log = str(Path(folder).parent / "log")
    command = [*owner, str(programs), "-D", folder, "-l", log, "-w", *what]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


class _Page(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        """A page."""
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"pagina")


def front_away(work: Path) -> Iterator[tuple[str, str]]:
    """The proxy in front of the pages goes away and comes back; then what is behind it does."""
    folder = work / "front"
    folder.mkdir(parents=True)
    with ExitStack() as behind:
        server = behind.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), _Page))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = int(server.server_address[1])
        seen = []
        for number in range(2):  # the second one is the same proxy, back again
            place = folder / str(number)
            place.mkdir()
            with nginx(place, {8501: port}) as (_, encrypted):
                _until(lambda encrypted=encrypted: _asked(encrypted)[0] == 200)  # type: ignore[misc]
                seen.append(_asked(encrypted))
            direct = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            seen.append((200, direct.decode()))
        yield (
            "in front of the pages, and back",
            RIGHT if all(one == (200, "pagina") for one in seen) else LOST,
        )
        with nginx(_made(folder / "2"), {8501: port}) as (_, encrypted):
            _until(lambda: _asked(encrypted)[0] == 200)
            server.shutdown()
            server.server_close()
            code, text = _asked(encrypted)
            is_sentence = code in (502, 503) and "paar minuten" in text and "minutes" in text
            yield "the pages behind it", TOLD if is_sentence else SILENT


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _asked(port: int) -> tuple[int, str]:
    plain = ssl.create_default_context()
    plain.check_hostname, plain.verify_mode = False, ssl.CERT_NONE
    try:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=plain)
        connection.request("GET", "/", headers={"Host": NAME})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""


def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)


def provider_away(work: Path, data: Path) -> Iterator[tuple[str, str]]:
    """Nobody answers for who somebody is: the page says so, and open pages stay open."""
    sign_in, roles = write_settings(work / "sign_in", free_port(), free_port())
    settings = Settings(_env_file=None, data_dir=work / "data", sign_in_file=sign_in, roles_file=roles)
    for name, broken in (
        ("it refuses", None),
        ("it answers with HTML", b"<html>"),
        ("it never answers", b""),
    ):
        with _provider(broken) as port:
            text = sign_in.read_text()
            told = json.loads(
                next(line for line in text.splitlines() if "server_metadata_url" in line).split(" = ")[1]
            )
            sign_in.write_text(
                text.replace(told, f"http://127.0.0.1:{port}/.well-known/openid-configuration")
            )
            os.utime(sign_in, ns=(time.time_ns(), time.time_ns()))
            try:
                yield name, SILENT if identity.provider_answers(settings) else TOLD
            except Exception:
                yield name, TRACE
    yield "an open page", _open_page(data, sign_in, roles)


# The page that comes up first.
_FIGURES = """
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("apps/dashboard/app.py", default_timeout=120)
app.run()
print("exceptions", len(app.exception), "shown", bool(app.markdown))
"""


def _page_of_figures(data: Path) -> str:
    """Who reads figures goes on without the database of what people write."""
    away = f"postgresql+psycopg://dwp@127.0.0.1:{free_port()}/postgres"
    return RIGHT if _page(_FIGURES, data, DWP_WORKPLACE_URL=away) == "exceptions 0 shown True" else SILENT


_PAGE = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("apps/dashboard/app.py", default_timeout=120)
app.run()
button = next(one for one in app.button if one.label == "Aanmelden")
button.click().run()
print("exceptions", len(app.exception), "told", any("antwoordt niet" in one.value for one in app.warning))
"""


def _open_page(data: Path, sign_in: Path, roles: Path) -> str:
    said = _page(_PAGE, data, DWP_SIGN_IN_FILE=str(sign_in), DWP_ROLES_FILE=str(roles))
    return TOLD if said == "exceptions 0 told True" else SILENT


def _page(code: str, data: Path, **settings: str) -> str:
    """What a piece of Python says of a page, opened in a process of its own."""
    environment = {**os.environ, "DWP_DATA_DIR": str(data), **settings}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if run.returncode or "exceptions 0" not in run.stdout:
        print(run.stderr[-1500:], file=sys.stderr)
    return " ".join(run.stdout.split())


@contextmanager
def _provider(answer: bytes | None) -> Iterator[int]:
    """A port at which nobody listens, or who answers with this, or not at all."""
    if answer is None:
        yield free_port()
        return

    class Broken(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Nothing."""

        def do_GET(self) -> None:
            """The answer."""
            if not answer:
                time.sleep(identity._PROVIDER_S + 3)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()
