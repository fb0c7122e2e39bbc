"""The reverse proxy as it ships, with ports, certificate and folders of a test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from tests.browser import free_port

SHIPPED = PROJECT_ROOT / "apps" / "front" / "nginx.conf"
NAME = "werkplaats.example"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def nginx(folder: Path, behind: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The proxy below a folder, until the block ends; gives its plain and its encrypted port.

    Args:
        folder: Where its files are written.
        behind: Per port that the shipped file names, the one that is asked instead.
    """
    if NGINX is None:
        message = "nginx is not installed (tests/install_nginx.sh)"
        (pytest.fail if os.environ.get("DWP_REQUIRE_BROWSER") == "1" else pytest.skip)(message)
    plain, encrypted = free_port(), free_port()
    text = placed(SHIPPED.read_text(encoding="utf-8"), folder, plain, encrypted)
    for port, other in behind.items():
        assert f"127.0.0.1:{port}" in text, port
        text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{other}")
    text = text.replace("error.log crit", "error.log warn")  # a test wants to see a warning
    text = text.replace("worker_processes auto", "worker_processes 1")
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", "daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        yield plain, encrypted
    finally:
        process.terminate()
        process.wait(60)


def placed(text: str, folder: Path, plain: int, encrypted: int) -> str:
    """A file of nginx as it ships with ports, folders and a certificate of one's own, which is made here."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    for was, now in (
        ("listen 80", f"listen 127.0.0.1:{plain}"), ("listen 443", f"listen 127.0.0.1:{encrypted}"),
        ("/etc/datawerkplaats/tls", str(folder)), ("/var/log/nginx", str(folder)), ("/run/", f"{folder}/"),
    ):  # fmt: skip
        assert was in text, was
        text = text.replace(was, now)
    text = text.replace("/etc/datawerkplaats", str(folder))
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        text = text.replace(
            "server_tokens off;", f"server_tokens off; {kind}_temp_path {folder}/temp_{kind};", 1
        )
    if os.geteuid() == 0:
        text = f"user root;\n{text}"  # the test's own folder is closed to the user that the package made
    return text
