"""`make run` on a clean clone, told nothing but PATH and HOME, where only an authority of the house vouches for the packages.

So it is behind a proxy that looks into TLS. The authority is made here and put into the system's store for the command alone (by
a mount that no other process sees), beside those that are there; it is in no file, variable or list of Python's own.
"""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.proofs.registry import Measured, Room

# Where the Makefile looks for the system's certificates, too.
_STORES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
_LOCKS = ("requirements-uv.lock", "requirements.lock")
_PATIENCE_S = 3600.0


class _House(NamedTuple):
    """Who hands out packages, the system's store with its authority, and the home of the newcomer."""

    address: str
    store: Path
    home: Path


def figures(room: Room) -> Iterator[Measured]:
    """Whether both pages answer, by uv and, where uv does not know the house, by pip."""
    work = room.work / "newcomer"
    wheels = _packages(work / "packages")
    with _house(wheels, work) as house:
        yield "authority_needed", float(not _is_trusted(house)), None
        started = time.monotonic()
        clone, answered, told = _run(house, work)
        yield "pages_that_answered", answered, None
        yield "installed_by_uv", float("pip does" not in told and "going on with pip" not in told), None
        yield "from_the_clone_to_pages_s", time.monotonic() - started, None
        yield "changed_in_the_clone", len(_git("status", "--porcelain", at=clone).splitlines()), None


def _packages(folder: Path) -> Path:
    """The packages that the locks name, for this machine, fetched the way it usually does."""
    folder.mkdir(parents=True)
    for lock in _LOCKS:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*command, "-r", lock, "-d", str(folder)], cwd=PROJECT_ROOT, check=True)
    return folder


@contextmanager
def _house(wheels: Path, work: Path) -> Iterator[_House]:
    """A host of packages in this process, under a certificate of an authority that is made for it."""
    authority, certificate = _certificates(work)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(wheels)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        store = work / "store.pem"
        store.write_bytes(Path(_store()).read_bytes() + b"\n" + authority)
        address, home = f"https://127.0.0.1:{server.server_port}/simple/", work / "home"
        for place, text in (
            ("pip/pip.conf", f"[global]\nindex-url = {address}\n"),
            ("uv/uv.toml", f'[[index]]\nurl = "{address}"\ndefault = true\n'),
        ):
            path = home / ".config" / place
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
        try:
            yield _House(address, store, home)
        finally:
            server.shutdown()


def _handler(wheels: Path) -> type[http.server.BaseHTTPRequestHandler]:
    """Lists of files per package, and the files, as packagers ask for them."""
    by_name: dict[str, list[str]] = {}
    for path in wheels.iterdir():
        by_name.setdefault(_plain(path.name.split("-")[0]), []).append(path.name)

    class Packages(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(wheels))  # type: ignore[arg-type]

        def do_GET(self) -> None:
            """A list or a file."""
            asked = self.path.strip("/").split("/")
            if asked[0] != "simple" or len(asked) != 2:
                self.path = "/" + asked[-1]
                super().do_GET()
                return
            names = by_name.get(_plain(asked[1]), [])
            page = "".join(f'<a href="/files/{name}">{name}</a>\n' for name in names).encode()
            self.send_response(200 if names else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Packages


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _certificates(work: Path) -> tuple[bytes, Path]:
    """The authority's certificate, and a file with the host's and its key."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in ("The house", "Packages")]
    now = datetime.datetime.now(datetime.UTC)
    made = []
    for turn, (key, name) in enumerate(zip(keys, names, strict=True)):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=not turn, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), critical=False
            )
        )
        if turn:
            host = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([host]), critical=False)
        signed = builder.sign(keys[0], hashes.SHA256())
        made.append(signed.public_bytes(serialization.Encoding.PEM))
    path = work / "host.pem"
    secret = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made[1])
    return made[0], path


def _store() -> str:
    for path in _STORES:
        if Path(path).exists():
            return path
    raise DataProblem(
        "missing_delivery",
        subject="certificates",
        expected="a system store of certificates",
        found="none at the usual places",
        remedy="install the package ca-certificates",
    )


def _is_trusted(house: _House) -> bool:
    """Whether the host is believed with the store as it is without the authority."""
    try:
        with urllib.request.urlopen(house.address, context=ssl.create_default_context(cafile=_store())):
            return True
    except urllib.error.HTTPError:
        return True
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            return False
        raise


def _git(*arguments: str, at: Path = PROJECT_ROOT) -> str:
    return subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True, text=True).stdout


def _run(house: _House, work: Path) -> tuple[Path, int, str]:
    """The clone, how many of its two pages answered, and what the command said."""
    clone, log = work / "clone", work / "log.txt"
    _git("clone", "--quiet", "--no-hardlinks", str(PROJECT_ROOT), str(clone))
    ports = [_free() for _ in range(2)]
    # PATH as it is, but without an environment of the project that may stand in front.
    path = ":".join(one for one in os.environ["PATH"].split(":") if not one.startswith(str(PROJECT_ROOT)))
    command = [
        *("unshare", "--mount", "--map-root-user", "sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh"),
        *(str(house.store), str(Path(_store()).resolve())),
        *("env", "-i", f"PATH={path}", f"HOME={house.home}", "make", "run"),
        *(f"APP_PORT={ports[0]}", f"DAGSTER_PORT={ports[1]}"),
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=clone, stdout=out, stderr=out, start_new_session=True)
        try:
            last = time.monotonic() + _PATIENCE_S
            while process.poll() is None and time.monotonic() < last and "Ctrl-C" not in log.read_text():
                time.sleep(1)
            told = log.read_text(encoding="utf-8")
            pages = re.findall(r"http://127\.0\.0\.1:\d+", told)
            answered = sum(_answers(page) for page in dict.fromkeys(pages))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)
    if answered < len(ports):
        print(told, file=sys.stderr)
    return clone, answered, told


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(page: str) -> bool:
    with urllib.request.urlopen(page, timeout=60) as answer:
        return bool(answer.status == 200)
