"""What runs beside each other, each with a command, and the units of systemd that keep them running.

Every unit runs as a user of its own that may write in the data folder alone, without rights, devices or the homes of others.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base import files
from datawerkplaats.base.build_lock import SERVICE, hold_across_exec
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.operations.consistent import require_consistent

PREFIX = "datawerkplaats"
_DASHBOARD, _FIRST_PORT = "dashboard", 8501
# By itself, not by `dagster code-server`: that keeps a second process in between, to read the code anew at a button which the UI
# does not have here; idle it costs as much as all that the code itself does.
CODE_SERVER = (
    "orchestration.code_server",
    "api",
    "grpc",
    "--use-python-environment-entry-point",
    "-m",
    "orchestration.definitions",
)
_CODE = ("--grpc-host", "127.0.0.1", "--grpc-port", "3002")


@dataclass(frozen=True)
class Part:
    """One process of an installation.

    Attributes:
        title: What it is.
        module: The module that is started, with its arguments.
        lock: The place that only one process of a data folder can hold.
        after: Parts that have to be started before it.
        is_dagster: Whether it needs Dagster's folder.
        goes_out: Whether it asks services elsewhere.
        health: The address that tells whether it is well.
    """

    title: str
    module: tuple[str, ...]
    lock: str
    after: tuple[str, ...] = ()
    is_dagster: bool = False
    goes_out: bool = False
    health: str = ""


# Of which there is one; the dashboard has as many processes as it has workers.
PARTS: Mapping[str, Part] = {
    "api": Part("The figures for programs", ("apps.api", "--port", "8600"), ".api.lock",
        health="http://127.0.0.1:8600/v1",
    ),
    "dagster-code": Part(
        "The code that Dagster asks",
        (*CODE_SERVER, "-h", "127.0.0.1", "-p", "3002"),
        ".code.lock", is_dagster=True, goes_out=True,
    ),
    "dagster-web": Part(
        "The Dagster UI", ("orchestration.web", "-h", "127.0.0.1", "-p", "3000", *_CODE), ".web.lock",
        ("dagster-code",), is_dagster=True, health="http://127.0.0.1:3000/server_info",
    ),
    "dagster-daemon": Part(
        "What schedules and sensors start", ("orchestration.daemon", "run", *_CODE), SERVICE, ("dagster-code",),
        is_dagster=True, goes_out=True,
    ),
    "watch": Part(
        "Figures about the installation, and notices", ("datawerkplaats.cli", "watch"), ".watching.lock", goes_out=True
    ),
}  # fmt: skip


def parts(settings: Settings) -> dict[str, Part]:
    """Every process of the installation by name: `dashboard`, `dashboard-2` and so on, then what there is one of."""
    found = {}
    for number in range(settings.app_workers):
        name = f"{_DASHBOARD}-{number + 1}" if number else _DASHBOARD
        port = str(_FIRST_PORT + number)
        found[name] = Part(
            f"The dashboard, worker {number + 1}", ("apps.dashboard", "--server.port", port), f".{name}.lock",
            health=f"http://127.0.0.1:{port}/_stcore/health",
        )  # fmt: skip
    return found | dict(PARTS)


def run(settings: Settings, name: str, more: list[str]) -> None:
    """Become a part of the installation: this process goes on as its command, and holds its place as long as it lives.

    Raises:
        DataProblem: `runs_already` with the process that does, `settings_contradict`, or `part_unknown` for a name that is none.
    """
    part = part_of(settings, name)
    require_consistent(settings)
    hold_across_exec(settings.data_dir, part.lock, name)
    os.chdir(PROJECT_ROOT)
    os.execv(sys.executable, [sys.executable, "-m", *part.module, *more])


def part_of(settings: Settings, name: str) -> Part:
    """The part with this name.

    Raises:
        DataProblem: `part_unknown` if there is none.
    """
    found = parts(settings)
    if name not in found:
        raise DataProblem(
            "part_unknown", subject=name, expected=f"one of {', '.join(found)}", remedy="name one of them"
        )
    return found[name]


@dataclass(frozen=True)
class Place:
    """Where an installation stands: the user that runs it, the file with its settings, and the folder of its backups."""

    user: str = PREFIX
    settings_file: str = "/etc/datawerkplaats/settings.env"
    backups: str = "/var/backups/datawerkplaats"


def write(settings: Settings, out: Path, place: Place) -> list[Path]:
    """Write all units into a folder; those of before are replaced, another file there is left alone.

    Raises:
        DataProblem: `settings_contradict`, or `unit_place` if the folder cannot be written.
    """
    require_consistent(settings)
    out = out.expanduser().resolve()
    written = []
    try:
        for name, text in texts(settings, place).items():
            files.write_text(out / name, text)
            written.append(out / name)
    except OSError as error:
        raise DataProblem(
            "unit_place", subject=out.name, expected="a folder that can be written",
            found=(error.strerror or type(error).__name__).lower(), remedy="name another folder with --out",
        ) from error  # fmt: skip
    return written


def texts(settings: Settings, place: Place) -> dict[str, str]:
    """Every unit by its file name."""
    made = {
        f"{PREFIX}-{name}.service": _service(settings, place, name, part)
        for name, part in parts(settings).items()
    }
    made[f"{PREFIX}-backup.service"] = _backup(settings, place)
    made[f"{PREFIX}-backup.timer"] = _TIMER
    wanted = " ".join(name for name in made if name != f"{PREFIX}-backup.service")
    made[f"{PREFIX}.target"] = (
        f"[Unit]\nDescription=The data workplace\nWants={wanted}\n\n[Install]\nWantedBy=multi-user.target\n"
    )
    return made


def _service(settings: Settings, place: Place, name: str, part: Part) -> str:
    after = " ".join(f"{PREFIX}-{one}.service" for one in part.after)
    unit = [f"Description={part.title} (data workplace)", f"After=network-online.target {after}".rstrip()]
    unit += ["Wants=network-online.target", f"PartOf={PREFIX}.target"]
    if after:
        unit.append(f"Requires={after}")
    # Tried for ever, but not in a circle that burns a core: a part that is told why it cannot start waits ten seconds.
    unit += ["StartLimitIntervalSec=0"]
    service = [
        "Type=exec",
        f"ExecStart={_command('service', 'run', name)}",
        "Restart=always",
        "RestartSec=10",
        # Started twice, or settings that contradict: to be mended by a person, and not tried again.
        "RestartPreventExitStatus=21",
        "TimeoutStopSec=20",
        *_common(settings, place, [settings.data_dir, settings.keys_dir]),
    ]
    if name == "watch":  # what the file with settings says goes before
        addresses = ",".join(one.health for one in parts(settings).values() if one.health)
        service.append(f"Environment=DWP_WATCH_SERVICES={addresses}")
    if not part.goes_out and settings.sign_in_file is None and settings.workplace_url is None:
        service += ["IPAddressDeny=any", "IPAddressAllow=localhost"]
    return _text(unit, service, f"{PREFIX}.target")


def _backup(settings: Settings, place: Place) -> str:
    unit = ["Description=A backup of the data workplace", "StartLimitIntervalSec=0"]
    service = [
        "Type=oneshot",
        f"ExecStart={_command('backup', '--into', place.backups)}",
        # While a build runs a backup is refused (exit code 17): again after a quarter of an hour.
        "Restart=on-failure",
        "RestartPreventExitStatus=1 2 15 16 21",
        "RestartSec=900",
        "Nice=10",
        "IOSchedulingClass=idle",
        *_common(settings, place, [settings.data_dir, settings.keys_dir, Path(place.backups)]),
    ]
    if settings.workplace_url is None:
        service += ["IPAddressDeny=any"]
    return _text(unit, service, "")


_TIMER = """[Unit]
Description=Every night a backup of the data workplace

[Timer]
OnCalendar=*-*-* 02:30
RandomizedDelaySec=600
Persistent=true

[Install]
WantedBy=timers.target
"""


def _common(settings: Settings, place: Place, writable: list[Path]) -> list[str]:
    """Who a unit runs as, where it may write, and what it may not do."""
    paths = " ".join(f'"-{_plain(path)}"' for path in writable)
    told = {
        "DWP_DATA_DIR": settings.data_dir,
        "DWP_KEYS_DIR": settings.keys_dir,
        "DAGSTER_HOME": settings.dagster_home,
    }
    return [
        f"User={place.user}",
        f"WorkingDirectory={_plain(PROJECT_ROOT)}",
        f"EnvironmentFile=-{_plain(place.settings_file)}",
        *(f'Environment="{name}={_plain(path)}"' for name, path in told.items()),
        "Environment=DO_NOT_TRACK=1 DBT_SEND_ANONYMOUS_USAGE_STATS=false GX_ANALYTICS_ENABLED=false DAGSTER_DISABLE_TELEMETRY=1",
        "Environment=OMP_WAIT_POLICY=PASSIVE",
        "UMask=0077",
        "LimitCORE=0",
        f"ReadWritePaths={paths}",
        *_HARDENED,
    ]


# No memory that is written is forbidden to run: charts are drawn by an engine that compiles.
_HARDENED = (
    "CapabilityBoundingSet=", "AmbientCapabilities=", "NoNewPrivileges=true", "ProtectSystem=strict", "ProtectHome=read-only",
    "PrivateTmp=true", "PrivateDevices=true", "DevicePolicy=closed", "ProtectClock=true", "ProtectControlGroups=true",
    "ProtectHostname=true", "ProtectKernelLogs=true", "ProtectKernelModules=true", "ProtectKernelTunables=true",
    "ProtectProc=invisible", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "RestrictNamespaces=true",
    "RestrictRealtime=true", "RestrictSUIDSGID=true", "RemoveIPC=true", "LockPersonality=true",
    "SystemCallArchitectures=native", "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged",
    "SystemCallErrorNumber=EPERM",
)  # fmt: skip


def _command(*arguments: str) -> str:
    line = " ".join(shlex.quote(part) for part in (sys.executable, "-m", "datawerkplaats.cli", *arguments))
    return _plain(line).replace("$", "$$")


def _plain(text: Path | str) -> str:
    """A text in which systemd sees no specifier of its own."""
    return str(text).replace("%", "%%")


def _text(unit: list[str], service: list[str], wanted_by: str) -> str:
    parts = ["[Unit]", *unit, "", "[Service]", *service]
    if wanted_by:
        parts += ["", "[Install]", f"WantedBy={wanted_by}"]
    return "\n".join(parts) + "\n"
