"""An installation under watch into which faults are put, and one that is kept and put back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
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
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.operations.backup import back_up_into, keep_keys
from datawerkplaats.operations.troubles import SENTENCES
from datawerkplaats.publication.store import sha256_of
from tests.browser import free_port
from tests.mail_example import Hook, Mailbox, serving
from tests.proofs.registry import Measured, Room
from tests.publication_example import CHECKS, PUBLIC, release, warehouse
from tests.small_region import small_region
from tests.unit.test_watch import backed_up, ended, held_back, serious, spoilt
from tests.warm_builds import clean_environment

WITHIN_S, APART_S, STARTS_S = 150.0, 8.0, 300.0
# The most that five years of the country may take, and one release of it.
FIVE_YEARS_BYTES, RELEASE_BYTES = 4_900_000_000, 64_000_000


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
    """Faults put in one after the other, each timed until webhook and mail both have it; then one while the mail server is away."""
    work, mail_port = room.work / "watched", free_port()
    with ExitStack() as stack:
        hook, part, mail = stack.enter_context(serving(Hook())), Hook(), stack.enter_context(ExitStack())
        box = mail.enter_context(serving(Mailbox(mail_port)))
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
        _wait(lambda: _watches(settings.watch_port), STARTS_S)
        injected: dict[str, float] = {}
        for kind, inject in faults.items():
            if kind == "build_failed":
                # In the file of the late one, which has to be seen before it is written over.
                _wait(lambda: "build_late" in _come(hook, box), WITHIN_S)
            inject()
            injected[kind] = time.monotonic()
            time.sleep(APART_S)
        _wait(lambda: faults.keys() <= _come(hook, box).keys(), WITHIN_S)
        come = _come(hook, box)
        seconds = {kind: come[kind] - injected[kind] for kind in faults if kind in come}
        yield "operations_faults", len(faults), None
        yield "operations_untold", len(faults) - len(seconds), None
        yield "operations_slowest_notice", max(seconds.values(), default=float("inf")), None
        mail.close()
        _delivered(settings, {"partner_a": "rejected", "partner_b": "incomplete"})
        _wait(lambda: "delivery_incomplete" in hook.came, WITHIN_S)
        again = stack.enter_context(serving(Mailbox(mail_port)))
        _wait(lambda: "delivery_incomplete" in _by_mail(again), 700)
        yield "operations_while_mail_away", len(again.letters), None
        (work / "data" / "ballast").unlink(missing_ok=True)
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


def _watches(port: int) -> bool:
    """Whether the watch has looked once: what is put in while it still starts is seen when it does."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _by_mail(box: Mailbox) -> dict[str, float]:
    """Per kind of trouble when the first letter came that tells it."""
    found: dict[str, float] = {}
    for letter, came in zip(list(box.letters), list(box.came), strict=False):
        text = letter.get_content()
        for kind, words in SENTENCES.items():
            if words["en"].split("{")[0] in text:
                found.setdefault(kind, came)
    return found


def _come(hook: Hook, box: Mailbox) -> dict[str, float]:
    """Per kind that came by both ways when it came by the slower one."""
    mailed = _by_mail(box)
    return {kind: max(came, mailed[kind]) for kind, came in list(hook.came.items()) if kind in mailed}


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.2)


def restored(room: Room) -> Iterator[Measured]:
    """The small region as large as five years may become, kept with its keys apart, and put back where nothing is, by command."""
    work = room.work / "kept"
    shutil.copytree(small_region().data, work / "data", symlinks=True)
    with _as_settings({"DWP_DATA_DIR": work / "data"}) as settings:
        back_up_into(settings, work / "backups", 5, datetime.now(UTC) - timedelta(days=2))
        two, _ = back_up_into(settings, work / "backups", 5, datetime.now(UTC) - timedelta(days=1))
        grown(work / "data")
        kept, _ = back_up_into(settings, work / "backups", 5)
        keep_keys(settings, work / "keys")
    # Another machine: another home, other places, and what was kept.
    told = {
        "HOME": work / "home",
        "DWP_DATA_DIR": work / "other" / "data",
        "DWP_KEYS_DIR": work / "home" / "keys",
    }
    started = time.monotonic()
    shutil.copytree(work / "keys", work / "home" / "keys")
    done = subprocess.run(
        [sys.executable, "-m", "datawerkplaats.cli", "restore", str(kept.folder)], cwd=PROJECT_ROOT,
        env={**clean_environment(), **{name: str(path) for name, path in told.items()}},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    seconds = time.monotonic() - started
    if done.returncode:
        raise DataProblem("backup_damaged", subject=kept.folder.name, found=done.stderr[-400:])
    with _as_settings(told) as settings:
        publication.current(settings.publish_dir)
    names = [path.removeprefix("data/") for path in kept.listed.files if path.startswith("data/")]
    other = [
        name for name in names if sha256_of(work / "data" / name) != sha256_of(work / "other" / "data" / name)
    ]
    yield "operations_restore", seconds, None
    yield "operations_restored_gb", kept.listed.bytes / 1e9, None
    yield "operations_restored_files", len(names), None
    yield "operations_other_bytes", len(other), None
    yield "operations_second_backup", 100 * two.shared / two.listed.bytes, None
    for folder in (work / "other", work / "backups", work / "data"):
        shutil.rmtree(folder, ignore_errors=True)


def grown(data: Path) -> None:
    """Releases that nobody can open, of the size of the country's: they are kept, copied and compared as others are."""
    content = os.urandom(RELEASE_BYTES)
    for number in range(FIVE_YEARS_BYTES // RELEASE_BYTES):
        files.write_bytes(data / "made_up" / f"release_{number}", number.to_bytes(4, "big") + content)
