"""Starts the dashboard and the Dagster UI on 127.0.0.1, waits until both answer, and prints their addresses."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from orchestration.materialise import prepare_dagster

HOST = "127.0.0.1"  # neither service has a login: never listen on another address
STARTUP_LIMIT_S = 180.0


@dataclass
class Service:
    """One process with a page: what it is called, how it starts, and where it says that it is well."""

    name: str
    command: list[str]
    address: str
    health_path: str
    process: subprocess.Popen[bytes] | None = None

    def start(self, log_dir: os.PathLike[str] | str) -> None:
        """Starts the process; what it prints goes to a log file, so that the two addresses stay readable."""
        log = open(os.path.join(log_dir, f"{self.name.split()[0].lower()}.log"), "wb")  # noqa: SIM115, PTH118, PTH123
        self.process = subprocess.Popen(
            self.command, cwd=PROJECT_ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )

    def answers(self) -> bool:
        """True when the page can be opened."""
        try:
            with urllib.request.urlopen(self.address + self.health_path, timeout=5) as response:
                return bool(response.status < 400)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Ends the process and its children."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)


def free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                return port
    sys.exit(
        f"No free port between {wanted} and {wanted + 49}: stop another service first, or give --app-port."
    )


def services(settings: Settings, app_port: int, dagster_port: int) -> list[Service]:
    """The dashboard and the Dagster UI, each on a free port."""
    app, dagster = free_port(app_port), free_port(dagster_port)
    prepare_dagster(settings)
    python = sys.executable
    return [
        Service(
            "Dashboard",
            [python, "-m", "apps.dashboard", "--server.port", str(app)],
            f"http://{HOST}:{app}",
            "/_stcore/health",
        ),
        Service(
            "Dagster UI",
            [
                python,
                "-m",
                "dagster",
                "dev",
                "-h",
                HOST,
                "-p",
                str(dagster),
                "-m",
                "orchestration.definitions",
            ],
            f"http://{HOST}:{dagster}",
            "/server_info",
        ),
    ]


def main() -> None:
    """Starts both services and waits until interrupted; `--check` stops again as soon as both have answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--app-port", type=int, default=8501)
    parser.add_argument("--dagster-port", type=int, default=3000)
    parser.add_argument("--check", action="store_true", help="stop again once both answer")
    arguments = parser.parse_args()
    settings = get_settings()
    started = time.monotonic()
    running = services(settings, arguments.app_port, arguments.dagster_port)
    try:
        for service in running:
            service.start(settings.dagster_home)
        for service in running:
            _wait(service, started, settings)
        print("\nBoth run on this machine only. Stop them with Ctrl-C.", flush=True)
        while not arguments.check and all(s.process and s.process.poll() is None for s in running):
            time.sleep(1)
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
    finally:
        for service in running:
            service.stop()


def _wait(service: Service, started: float, settings: Settings) -> None:
    while not service.answers():
        ended = service.process is not None and service.process.poll() is not None
        if ended or time.monotonic() - started > STARTUP_LIMIT_S:
            sys.exit(
                f"{service.name} did not start: see {settings.dagster_home}/{service.name.split()[0].lower()}.log. "
                "Free the port or mend what the log names, and run the command again."
            )
        time.sleep(0.2)
    print(
        f"  {service.name:<12} {service.address}   (answers after {time.monotonic() - started:.1f} s)",
        flush=True,
    )


if __name__ == "__main__":
    # A plain `kill` must end the children too, not only Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    main()
