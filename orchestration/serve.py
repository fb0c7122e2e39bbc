"""Starts the dashboard, the Dagster UI and its daemon on 127.0.0.1, waits until both answer, and prints their addresses."""

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
from dataclasses import dataclass, field

from datawerkplaats.base.build_lock import only_service
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.operations.consistent import require_consistent
from datawerkplaats.operations.units import CODE_SERVER
from orchestration.materialise import prepare_dagster

HOST = "127.0.0.1"  # neither service has a login: never listen on another address
STARTUP_LIMIT_S = 180.0
_PATIENCE_S = 6.0
_LOOKS_S = 5.0  # whether one of them has ended by itself; an interrupt ends this waiting


@dataclass
class Service:
    """One process with a page: what it is called, how it starts, and where it says that it is well."""

    name: str
    command: list[str]
    address: str = ""
    health_path: str = ""
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, log_dir: os.PathLike[str] | str) -> None:
        """Starts the process; what it prints goes to a log file, so that the two addresses stay readable."""
        log = open(os.path.join(log_dir, f"{self.name.split()[0].lower()}.log"), "wb")  # noqa: SIM115, PTH118, PTH123
        self.process = subprocess.Popen(
            self.command,
            cwd=PROJECT_ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **self.environment},
        )

    def answers(self) -> bool:
        """True when the page can be opened; what has no page is well as long as it lives."""
        if not self.address:
            return True
        try:
            with urllib.request.urlopen(self.address + self.health_path, timeout=5) as response:
                return bool(response.status < 400)
        except (urllib.error.URLError, OSError):
            return False

    @property
    def has_ended(self) -> bool:
        """True when the process is not there any more."""
        return self.process is None or self.process.poll() is not None


def stop_all(running: list[Service]) -> None:
    """End all processes and their children at once, and those that do not listen six seconds later."""
    alive = [one.process for one in running if one.process and one.process.poll() is None]
    for process in alive:
        os.killpg(process.pid, signal.SIGTERM)
    last = time.monotonic() + _PATIENCE_S
    for process in alive:
        try:
            process.wait(timeout=max(0.1, last - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                return port
    sys.exit(
        f"No free port between {wanted} and {wanted + 49}: stop another service first, or give --app-port."
    )


def sign_in_for_trying(settings: Settings, app_port: int) -> tuple[Service, dict[str, str]]:
    """A provider with one user per role, and what the dashboard has to know of it."""
    from demo.sign_in import write_settings

    port = free_port(9400)
    sign_in, roles = write_settings(settings.data_dir / "sign_in", port, app_port)
    provider = Service(
        "Provider",
        [sys.executable, "-m", "demo.sign_in", "--port", str(port)],
        f"http://{HOST}:{port}",
        "/.well-known/openid-configuration",
    )
    return provider, {"DWP_SIGN_IN_FILE": str(sign_in), "DWP_ROLES_FILE": str(roles)}


def services(settings: Settings, app_port: int, dagster_port: int, *, auth: str = "") -> list[Service]:
    """The dashboard, and Dagster's web server and daemon with the code that both ask, each on a free port."""
    app, dagster = free_port(app_port), free_port(dagster_port)
    code = free_port(dagster + 1)
    prepare_dagster(settings)
    python = [sys.executable, "-m"]
    provider, told = sign_in_for_trying(settings, app) if auth == "demo" else (None, {})
    at_code = ["--grpc-host", HOST, "--grpc-port", str(code)]
    return [
        *([provider] if provider else []),
        Service(
            "Dashboard",
            [*python, "apps.dashboard", "--server.port", str(app)],
            f"http://{HOST}:{app}",
            "/_stcore/health",
            environment=told,
        ),
        Service("Code", [*python, *CODE_SERVER, "-h", HOST, "-p", str(code)]),
        Service(
            "Dagster UI",
            [*python, "orchestration.web", "-h", HOST, "-p", str(dagster), *at_code],
            f"http://{HOST}:{dagster}",
            "/server_info",
        ),
        # Starts what the schedules, the sensors and people in the UI ask for.
        Service("Daemon", [*python, "orchestration.daemon", "run", *at_code]),
    ]


def main() -> None:
    """Starts both services and waits until interrupted; `--check` stops again as soon as both have answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--app-port", type=int, default=8501)
    parser.add_argument("--dagster-port", type=int, default=3000)
    parser.add_argument(
        "--auth", choices=["", "demo"], default="", help="demo: sign in as one of nine made-up users"
    )
    parser.add_argument("--check", action="store_true", help="stop again once both answer")
    arguments = parser.parse_args()
    settings = get_settings()
    try:
        require_consistent(settings)
        with only_service(settings.data_dir):
            _serve(settings, arguments)
    except DataProblem as problem:
        sys.exit(problem.sentence("en"))


def _serve(settings: Settings, arguments: argparse.Namespace) -> None:
    started = time.monotonic()
    if settings.source == "demo":
        from demo import interventions, programme, register

        register.fill(settings)
        interventions.fill(settings)
        programme.fill(settings)
    running = services(settings, arguments.app_port, arguments.dagster_port, auth=arguments.auth)
    try:
        for service in running:
            service.start(settings.dagster_home)
        for service in running:
            _wait(service, started, settings)
        print("\nBoth run on this machine only. Stop them with Ctrl-C.", flush=True)
        while not arguments.check and not any(one.has_ended for one in running):
            time.sleep(_LOOKS_S)
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
    finally:
        stop_all(running)


def _wait(service: Service, started: float, settings: Settings) -> None:
    while not service.answers():
        if service.has_ended or time.monotonic() - started > STARTUP_LIMIT_S:
            sys.exit(
                f"{service.name} did not start: see {settings.dagster_home}/{service.name.split()[0].lower()}.log. "
                "Free the port or mend what the log names, and run the command again."
            )
        time.sleep(0.2)
    if not service.address:
        return
    print(
        f"  {service.name:<12} {service.address}   (answers after {time.monotonic() - started:.1f} s)",
        flush=True,
    )


if __name__ == "__main__":
    # A plain `kill` must end the children too, not only Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    main()
