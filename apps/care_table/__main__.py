"""`python -m apps.care_table [--port 8700] [--network <address> | --proxy <https address>]` serves until stopped, for practice."""

from __future__ import annotations

import argparse
import logging
import resource
import sys

from datawerkplaats.base.settings import get_settings


def main() -> None:
    """Serve on this machine, or on the network when its address is named; no log of requests, no dump of memory."""
    parser = argparse.ArgumentParser(prog="python -m apps.care_table", description=__doc__)
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument(
        "--network", help="address of this machine in the local network, for phones, e.g. 192.168.1.20"
    )
    parser.add_argument(
        "--proxy",
        help="address by which phones come through the proxy, e.g. https://tafel.werkplaats.example",
    )
    asked = parser.parse_args()
    if asked.proxy and (asked.network or not asked.proxy.startswith("https://")):
        sys.exit(
            "--proxy takes an address that begins with https:// and stands without --network: behind a proxy only it is asked."
        )
    try:
        import cv2  # noqa: F401
        import uvicorn

        from apps.care_table.app import make_app
    except ImportError as error:
        sys.exit(f"The care table needs {error.name}: `make care` installs it, or add the extra care.")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)  # also of libraries: a line of theirs might quote what was sent
    address = asked.proxy or f"http://{asked.network or '127.0.0.1'}:{asked.port}"
    print(f"[care table] {address} (for practice, made-up cases only)", flush=True)
    if asked.network or asked.proxy:
        _print_code(address)
    uvicorn.run(
        make_app(get_settings(), secure=bool(asked.proxy)),
        host=asked.network or "127.0.0.1", port=asked.port, access_log=False, log_config=None,
        server_header=False, limit_concurrency=200,
    )  # fmt: skip


def _print_code(address: str) -> None:
    """The address as a code to scan, where the library for it is there."""
    try:
        import segno
    except ImportError:
        return
    segno.make(address).terminal(compact=True)


if __name__ == "__main__":
    main()
