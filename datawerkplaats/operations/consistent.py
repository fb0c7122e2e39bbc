"""Settings that are each right and together wrong: a sentence for each pair, before anything is started with them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings

_LOCAL = ("localhost", "127.0.0.1", "::1")


def contradictions(settings: Settings) -> list[DataProblem]:
    """Every contradiction between settings; none where they can be started with."""
    return [
        DataProblem("settings_contradict", subject=names, found=found, expected=expected, remedy=remedy)
        for names, found, expected, remedy in _found(settings)
    ]


def require_consistent(settings: Settings) -> None:
    """Nothing, if no settings contradict each other.

    Raises:
        DataProblem: `settings_contradict`, the first one; `dwp service check` tells all of them.
    """
    for problem in contradictions(settings):
        raise problem


def is_local(address: str) -> bool:
    """Whether an address leads to this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return host in _LOCAL or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_Told = tuple[str, str, str, str]


def _found(settings: Settings) -> Iterator[_Told]:
    yield from _places(settings)
    yield from _sources(settings)
    yield from _people(settings)
    yield from _notices(settings)


def _places(settings: Settings) -> Iterator[_Told]:
    if settings.keys_dir.is_relative_to(settings.data_dir):
        yield (
            "DWP_KEYS_DIR and DWP_DATA_DIR", "the keys lie in the data folder", "keys outside the data that they sign",
            "move the folder with keys elsewhere and set DWP_KEYS_DIR to it",
        )  # fmt: skip
    for folder in settings.backup_folders:
        if folder.is_relative_to(settings.data_dir) or settings.keys_dir.is_relative_to(folder):
            yield (
                "DWP_BACKUPS", f"{folder.name} holds the keys, or lies in the data folder",
                "backups on another disk than the data, apart from the keys", "name another folder",
            )  # fmt: skip


def _sources(settings: Settings) -> Iterator[_Told]:
    if settings.source == "files" and settings.files is None:
        yield (
            "DWP_SOURCE and DWP_FILES", "DWP_SOURCE=files without a folder", "a folder with deliveries",
            "set DWP_FILES to that folder",
        )  # fmt: skip
    if settings.source != "live" and settings.statline_url:
        yield (
            "DWP_SOURCE and DWP_STATLINE_URL", f"an address of a service with DWP_SOURCE={settings.source}",
            "DWP_SOURCE=live, which asks services", "set DWP_SOURCE=live, or take the address out",
        )  # fmt: skip


def _people(settings: Settings) -> Iterator[_Told]:
    if settings.roles_file and not settings.sign_in_file:
        yield (
            "DWP_ROLES_FILE and DWP_SIGN_IN_FILE", "roles without a provider: nobody could have one",
            "both files, or neither", "set DWP_SIGN_IN_FILE, or take DWP_ROLES_FILE out",
        )  # fmt: skip
    if settings.sign_in_file and not settings.roles_file:
        yield (
            "DWP_SIGN_IN_FILE and DWP_ROLES_FILE", "a provider without roles: nobody could do anything",
            "both files, or neither", "set DWP_ROLES_FILE (docs/operations.md, Signing in)",
        )  # fmt: skip
    if settings.dagster_changes and settings.host_names:
        yield (
            "DWP_DAGSTER_CHANGES and DWP_HOSTS", "Dagster may be changed and answers under a name of others",
            "changes on this machine only", "take one of the two out",
        )  # fmt: skip


def _notices(settings: Settings) -> Iterator[_Told]:
    mail = {
        "DWP_NOTICE_MAIL_TO": settings.notice_mail_to, "DWP_NOTICE_MAIL_FROM": settings.notice_mail_from,
        "DWP_NOTICE_SMTP": settings.notice_smtp,
    }  # fmt: skip
    missing = [name for name, value in mail.items() if not value]
    if 0 < len(missing) < len(mail):
        yield (
            ", ".join(mail), f"without {' and '.join(missing)}", "all three, or none of them",
            f"set {' and '.join(missing)}",
        )  # fmt: skip
    yield from _mail_server(settings)
    hook = urlsplit(settings.notice_webhook)
    if (
        settings.notice_webhook
        and hook.scheme != "https"
        and not (hook.scheme == "http" and is_local(settings.notice_webhook))
    ):
        yield (
            "DWP_NOTICE_WEBHOOK", f"{hook.scheme or 'no scheme'} to another machine", "https, or http on this machine",
            "give an https address",
        )  # fmt: skip
    far = [address for address in settings.watched if not is_local(address)]
    if far:
        yield "DWP_WATCH_SERVICES", far[0], "addresses on this machine", "name 127.0.0.1 and the port"


def _mail_server(settings: Settings) -> Iterator[_Told]:
    server, file = urlsplit(settings.notice_smtp), settings.notice_smtp_password_file
    if settings.notice_smtp and (server.scheme not in ("smtp", "smtps") or not server.hostname):
        yield (
            "DWP_NOTICE_SMTP",
            settings.notice_smtp,
            "smtp://[user@]host[:port] or smtps://",
            "write it in that way",
        )
    if server.password:
        yield (
            "DWP_NOTICE_SMTP", "a password in an address", "a password in a file of its own",
            "put it in a file and set DWP_NOTICE_SMTP_PASSWORD_FILE",
        )  # fmt: skip
    elif bool(server.username) != bool(file):
        yield (
            "DWP_NOTICE_SMTP and DWP_NOTICE_SMTP_PASSWORD_FILE",
            "a user without a password" if server.username else "a password without a user", "both, or neither",
            "write smtp://user@host, and set the file with the password",
        )  # fmt: skip
    if file and file.exists() and file.stat().st_mode & 0o077:
        yield (
            "DWP_NOTICE_SMTP_PASSWORD_FILE", "a file that others can read", "a file for its owner alone", "chmod 600",
        )  # fmt: skip
