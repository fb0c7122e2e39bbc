"""Who is at the page: the one who signed in, or, on this machine alone and without a provider, the local user.

Nothing that a browser can write decides it: no header, no parameter, only the cookie that the server signed. Another tab of a
visit that was ended is over as well, although Streamlit still holds what it read when that tab was opened.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import streamlit as st

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.workplace import sign_in
from datawerkplaats.workplace.people import LOCAL, NOBODY, Right, Subject

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Somebody at the table answers by the code on the screen, and a code of the contact desk tells a status; neither by a name.
ALWAYS_OPEN = frozenset({"meedoen", "loket"})
_PROVIDER_S = 5.0
_lock = threading.Lock()


def has_provider(settings: Settings) -> bool:
    """Whether people sign in here."""
    return settings.sign_in_file is not None


def check_address(settings: Settings, address: str) -> None:
    """Stop with a sentence where everybody would be the local user on an address that others can reach.

    Raises:
        DataProblem: `address_refused`.
    """
    if has_provider(settings) or address in LOOPBACK:
        return
    raise DataProblem(
        "address_refused",
        subject=address or "every address",
        expected="127.0.0.1 as long as nobody signs in",
        remedy="set DWP_SIGN_IN_FILE and DWP_ROLES_FILE (docs/operations.md), or leave --server.address out",
    )


def provider_answers(settings: Settings) -> bool:
    """Whether the provider can be reached now, so that somebody can be sent there."""
    try:
        answer = httpx.get(rules(settings).metadata_url, timeout=_PROVIDER_S)
        return answer.status_code == 200 and isinstance(answer.json(), dict)
    except (httpx.HTTPError, ValueError):
        return False


def rules(settings: Settings) -> sign_in.Rules:
    """The rules of this installation, read again when a file changes."""
    assert settings.sign_in_file is not None
    if settings.roles_file is None:
        raise DataProblem(
            "sign_in_settings",
            subject="DWP_ROLES_FILE",
            expected="a file that says which groups have which role",
            remedy="write one (docs/operations.md)",
        )
    paths = settings.sign_in_file, settings.roles_file
    return _rules(*paths, tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths))


@lru_cache(maxsize=2)
def _rules(sign_in_file: Any, roles_file: Any, _times: tuple[int, ...]) -> sign_in.Rules:
    return sign_in.load(sign_in_file, roles_file)


def subject() -> Subject:
    """Who is at this page now; `NOBODY` where people sign in and this one has not.

    Raises:
        DataProblem: `sign_in_refused`, `sign_in_settings` or `address_refused`, each as a sentence.
    """
    settings = get_settings()
    if not has_provider(settings):
        _check_local(settings)
        return LOCAL
    declared = rules(settings)
    if not st.user.get("is_logged_in"):
        return NOBODY
    claims: dict[str, Any] = dict(st.user.to_dict())
    if visit_of(claims) in _ended(settings):
        return NOBODY
    return sign_in.subject_of(claims, declared, datetime.now(UTC))


def _check_local(settings: Settings) -> None:
    """The address that the server listens on, and the one that the browser asked for, are of this machine."""
    headers = st.context.headers
    host = headers.get("Host")
    if host is not None:  # without one no browser asked: a page that is run by itself, as tests do
        check_address(settings, str(st.get_option("server.address") or ""))
        check_address(settings, urlsplit(f"//{host}").hostname or "")
    if any(headers.get(name) for name in ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded")):
        check_address(settings, "a reverse proxy")


def may_open(page: str, who: Subject) -> bool:
    """Whether somebody may open a page: whoever may read, and anybody the pages that are declared open."""
    if who.may(Right.READ) or page in ALWAYS_OPEN:
        return True
    settings = get_settings()
    return has_provider(settings) and page in rules(settings).mapped.anonymous_pages


def visit_of(claims: Mapping[str, Any]) -> str:
    """The identity of one visit: one sign-in of one person."""
    told = [str(claims.get(name, "")) for name in ("iss", "sub", "iat", "nonce", "sid")]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def end_visit() -> None:
    """End this visit in all of its tabs, then at the provider."""
    claims = dict(st.user.to_dict())
    settings = get_settings()
    with _lock, files.locked(_ended_file(settings).with_suffix(".lock")):
        now = datetime.now(UTC).timestamp()
        kept = {key: until for key, until in _ended(settings).items() if until > now}
        kept[visit_of(claims)] = now + sign_in.LONGEST.total_seconds()
        files.write_text(_ended_file(settings), json.dumps(kept))
    st.logout()


def _ended_file(settings: Settings) -> Any:
    return settings.workplace_dir / "ended_visits.json"


def _ended(settings: Settings) -> dict[str, float]:
    try:
        return dict(json.loads(_ended_file(settings).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
