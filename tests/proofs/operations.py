"""An installation under watch into which faults are put, and one that is kept and put back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.operations.backup import back_up_into
from datawerkplaats.operations.restore import restore
from datawerkplaats.publication.store import sha256_of
from tests.browser import free_port
from tests.mail_example import Hook, Mailbox, serving
from tests.proofs.registry import Measured, Room
from tests.publication_example import CHECKS, PUBLIC, release, warehouse
from tests.small_region import small_region
from tests.unit.test_watch import backed_up, ended, held_back, serious, spoilt

WITHIN_S, APART_S = 150.0, 8.0


@contextmanager
def _as_settings(told: Mapping[str, object]) -> Iterator[Settings]:
    """These settings in this process, and in those that it starts."""
    before = {name: os.environ.get(name) for name in told}
    os.environ.update({name: str(value) for name, value in told.items()})
    get_settings.cache_clear()
    try:
        yield get_settings()
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        get_settings.cache_clear()


def _certificate(path: Path, days: int) -> None:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "werkplaats.example")]),
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    files.write_bytes(path, made.public_bytes(serialization.Encoding.PEM))


def _delivered(settings: Settings, kinds: Mapping[str, str]) -> None:
    rows = [{"source_id": name, "kind": kind, "at": "", "code": ""} for name, kind in kinds.items()]
    files.write_text(settings.publish_dir / "notices.json", json.dumps(rows))


def _filled(settings: Settings) -> None:
    with (settings.data_dir / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, 2_000_000_000)


def notices(room: Room) -> Iterator[Measured]:
    """Faults put in one after the other, each timed until the webhook has it; the mail server is away until the end."""
    work, mail_port = room.work / "watched", free_port()
    with ExitStack() as stack:
        hook, part = stack.enter_context(serving(Hook())), Hook()
        silence = stack.enter_context(ExitStack())
        silence.enter_context(serving(part))
        work.mkdir(parents=True)
        told = {
            "DWP_DATA_DIR": work / "data", "DWP_KEYS_DIR": work / "keys", "DWP_BACKUPS": work / "backups",
            "DWP_SCHEDULES": "true", "DWP_CERTIFICATE": work / "certificate.pem", "DWP_WATCH_PORT": free_port(),
            "DWP_DISK_FREE_MB": (shutil.disk_usage(work).free - 1_000_000_000) // 1_000_000,
            "DWP_NOTICE_WEBHOOK": f"http://127.0.0.1:{hook.server_address[1]}/",
            "DWP_WATCH_SERVICES": f"http://127.0.0.1:{part.server_address[1]}/health",
            "DWP_NOTICE_MAIL_TO": "a@example.org", "DWP_NOTICE_MAIL_FROM": "b@example.org",
            "DWP_NOTICE_SMTP": f"smtp://127.0.0.1:{mail_port}",
        }  # fmt: skip
        settings = stack.enter_context(_as_settings(told))
        source = warehouse(settings.warehouse_path, "s1")
        publication.publish(settings.publish_dir, source, PUBLIC, release("s1"), CHECKS)
        ended(settings, "succeeded")
        backed_up(settings, datetime.now(UTC))
        _certificate(work / "certificate.pem", 300)
        faults: dict[str, Callable[[], object]] = {
            "part_silent": silence.close,
            "build_late": lambda: ended(settings, "succeeded", datetime.now(UTC) - timedelta(hours=40)),
            "delivery_rejected": lambda: _delivered(settings, {"partner_a": "rejected"}),
            "backup_late": lambda: backed_up(settings, datetime.now(UTC) - timedelta(hours=40)),
            "certificate_ends": lambda: _certificate(work / "certificate.pem", 5),
            "held_back": lambda: held_back(settings),
            "disk_low": lambda: _filled(settings),
            "delivery_incomplete": lambda: _delivered(
                settings, {"partner_a": "rejected", "partner_b": "incomplete"}
            ),
            "incident_open": lambda: serious(settings),
            "release_wrong": lambda: spoilt(settings),
            "build_failed": lambda: ended(settings, "failed"),
        }
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "datawerkplaats.cli", "watch"],
                cwd=PROJECT_ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        stack.callback(process.kill)
        time.sleep(APART_S)
        injected: dict[str, float] = {}
        for kind, inject in faults.items():
            if (
                kind == "build_failed"
            ):  # in the file of the late one, which has to be seen before it is written over
                _wait(lambda: "build_late" in hook.came, WITHIN_S)
            inject()
            injected[kind] = time.monotonic()
            time.sleep(APART_S)
        _wait(lambda: faults.keys() <= _come(hook), WITHIN_S)
        (work / "data" / "ballast").unlink(missing_ok=True)
        seconds = {kind: hook.came[kind] - injected[kind] for kind in faults if kind in hook.came}
        yield "operations_faults", len(faults), None
        yield "operations_untold", len(faults) - len(seconds), None
        yield "operations_slowest_notice", max(seconds.values(), default=float("inf")), None
        letters = stack.enter_context(serving(Mailbox(mail_port))).letters
        _wait(lambda: bool(letters), 700)
        yield "operations_while_mail_away", len(letters), None
        yield from _cost(psutil.Process(process.pid))


def _cost(process: psutil.Process) -> Iterator[Measured]:
    """What watching costs while nothing changes, over two minutes."""
    before, start = sum(process.cpu_times()[:2]), time.monotonic()
    time.sleep(120)
    yield (
        "operations_watch_cpu",
        100 * (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - start),
        None,
    )
    yield "operations_watch_memory", process.memory_info().rss / 1e6, None


def _come(hook: Hook) -> set[str]:
    return set(hook.came)


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.2)


def restored(room: Room) -> Iterator[Measured]:
    """The small region, kept twice and put back once."""
    work = room.work / "kept"
    shutil.copytree(small_region().data, work / "data", symlinks=True)
    keys = get_settings().keys_dir
    with _as_settings({"DWP_DATA_DIR": work / "data"}) as settings:
        one, _ = back_up_into(settings, work / "backups", 5, datetime.now(UTC) - timedelta(days=1))
        two, _ = back_up_into(settings, work / "backups", 5)
    with _as_settings({"DWP_DATA_DIR": work / "other" / "data", "DWP_KEYS_DIR": keys}) as settings:
        done = restore(settings, one.folder)
        publication.current(settings.publish_dir)
    names = [path.removeprefix("data/") for path in one.listed.files if path.startswith("data/")]
    other = [
        name for name in names if sha256_of(work / "data" / name) != sha256_of(work / "other" / "data" / name)
    ]
    yield "operations_restore", done.seconds, None
    yield "operations_restored_files", done.files, None
    yield "operations_other_bytes", len(other), None
    yield "operations_second_backup", 100 * two.shared / two.listed.bytes, None
