"""Notices that leave the house by mail or webhook, and the queue in which they wait while the mail server is away.

A notice is one file: what is acknowledged to be queued survives a crash, and goes out in order once the way is open again.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.operations.consistent import is_local
from datawerkplaats.operations.troubles import Trouble

_PATIENCE_S, _FIRST_S, _LONGEST_S = 10.0, 15.0, 600.0


@dataclass(frozen=True)
class Notice:
    """What changed at one look: troubles that are new or still there, and those that are over."""

    at: str
    title: str
    now: list[dict[str, str]]
    over: list[dict[str, str]]
    # The ways by which it still has to go.
    ways: list[str] = field(default_factory=list)


def notice_of(
    title: str, at: datetime, now: Sequence[Trouble], over: Sequence[Trouble], ways: list[str]
) -> Notice:
    """A notice about these troubles."""

    def told(found: Sequence[Trouble]) -> list[dict[str, str]]:
        return [
            {
                "kind": one.kind,
                "subject": one.subject,
                "sentence_nl": one.sentence("nl"),
                "sentence_en": one.sentence("en"),
            }
            for one in found
        ]

    return Notice(at.isoformat(timespec="seconds"), title, told(now), told(over), ways)


class Queue:
    """Notices that wait, oldest first. One that cannot be written (a full disk) waits in this process."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        self._unwritten: list[Notice] = []

    def put(self, notice: Notice) -> None:
        """Queue a notice.

        Raises:
            DataProblem: `notices_full`; what it tells has to be told again later.
        """
        if len(self) >= self.most:
            raise DataProblem(
                "notices_full",
                subject="notices",
                expected=f"at most {self.most} that wait (DWP_NOTICE_QUEUE)",
                remedy="see why mail server or webhook do not answer; troubles that last are told once there is room",
            )
        try:
            files.write_text(self.folder / f"{time.time_ns():020d}.json", json.dumps(asdict(notice)))
        except OSError:
            self._unwritten.append(notice)

    def __len__(self) -> int:
        return len(self._paths()) + len(self._unwritten)

    def oldest(self) -> Notice | None:
        """The notice that has waited longest."""
        for path in self._paths():
            if found := _read(path):
                return found
        return self._unwritten[0] if self._unwritten else None

    def deliver(self, way: str, send: Callable[[Notice], None]) -> int:
        """Send what waits for one way, in order; the number that went out. A failure ends it, with the rest still waiting."""
        sent = 0
        for path in self._paths():
            notice = _read(path)
            if notice is None:
                path.unlink(missing_ok=True)  # cut off by a power cut: there is nothing in it to send
            elif way in notice.ways:
                send(notice)
                sent += 1
                rest = [one for one in notice.ways if one != way]
                if rest:
                    files.write_text(path, json.dumps(asdict(notice) | {"ways": rest}))
                else:
                    path.unlink(missing_ok=True)
        for notice in [one for one in self._unwritten if way in one.ways]:
            send(notice)
            sent += 1
            notice.ways.remove(way)
        self._unwritten = [one for one in self._unwritten if one.ways]
        return sent

    def _paths(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.json") if path.stem.isdecimal())


def _read(path: Path) -> Notice | None:
    try:
        return Notice(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


class Way:
    """One way out, which is tried less often the longer it stays closed."""

    def __init__(self, name: str, send: Callable[[Notice], None]) -> None:
        self.name, self._send = name, send
        self._failures, self._again_at = 0, 0.0

    def deliver(
        self, queue: Queue, clock: Callable[[], float] = time.monotonic
    ) -> tuple[int, DataProblem | None]:
        """Send what waits, unless it is too soon after a failure; how many went out, and what stood in the way."""
        if clock() < self._again_at:
            return 0, None
        try:
            sent = queue.deliver(self.name, self._send)
        except (
            Exception
        ) as error:  # whatever a server, a network or a library says: the notice stays in the queue
            self._again_at = clock() + min(_FIRST_S * 2**self._failures, _LONGEST_S)
            self._failures += 1
            return 0, DataProblem(
                "notice_not_sent", subject=self.name, found=type(error).__name__,
                expected="a server that takes it", remedy="it is tried again by itself, at least every ten minutes",
            )  # fmt: skip
        self._failures, self._again_at = 0, 0.0
        return sent, None


def ways(settings: Settings) -> list[Way]:
    """The ways that the settings name."""
    found = []
    if settings.notice_smtp:
        found.append(Way("mail", lambda notice: send_mail(settings, notice)))
    if settings.notice_webhook:
        found.append(Way("webhook", lambda notice: send_webhook(settings, notice)))
    return found


def send_mail(settings: Settings, notice: Notice) -> None:
    """Hand a notice to the mail server, encrypted unless it is on this machine."""
    message = EmailMessage()
    message["Subject"] = _subject(notice)
    message["From"], message["To"] = settings.notice_mail_from, settings.notice_mail_to
    message["Date"] = datetime.fromisoformat(notice.at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_body(notice))
    address = urlsplit(settings.notice_smtp)
    host, is_sealed = address.hostname or "", address.scheme == "smtps"
    made = (
        smtplib.SMTP_SSL(host, address.port or 465, timeout=_PATIENCE_S, context=ssl.create_default_context())
        if is_sealed
        else smtplib.SMTP(host, address.port or 587, timeout=_PATIENCE_S)
    )
    with made as server:
        if not is_sealed and not is_local(settings.notice_smtp):
            server.starttls(context=ssl.create_default_context())
        if address.username and settings.notice_smtp_password_file:
            password = settings.notice_smtp_password_file.read_text(encoding="utf-8").strip()
            server.login(unquote(address.username), password)
        server.send_message(message)


def send_webhook(settings: Settings, notice: Notice) -> None:
    """Post a notice as JSON; every answer but a good one is a failure, and no redirect is followed."""
    import httpx

    content = {
        "title": notice.title,
        "at": notice.at,
        "now": notice.now,
        "over": notice.over,
        "text": _body(notice),
    }
    httpx.post(settings.notice_webhook, json=content, timeout=_PATIENCE_S).raise_for_status()


def _subject(notice: Notice) -> str:
    if notice.now:
        more = f" (+{len(notice.now) - 1})" if len(notice.now) > 1 else ""
        return f"[{notice.title}] {notice.now[0]['kind']}{more}"
    return f"[{notice.title}] over: {notice.over[0]['kind']}"


def _body(notice: Notice) -> str:
    lines = [one["sentence_nl"] + "\n" + one["sentence_en"] for one in notice.now]
    lines += [f"Voorbij / over: {' '.join((one['kind'], one['subject'])).strip()}" for one in notice.over]
    return "\n\n".join(lines) + "\n"
