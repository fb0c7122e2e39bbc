"""What every page stands on: the session, the tools, the templates; what is sent is read here, and errors are told here.

There is no log of requests, and an error is told by its kind and place alone.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from apps.care_table import bodies
from apps.care_table.opinions import Opinions
from apps.care_table.sessions import Session, Sessions
from apps.care_table.tools import Closed, Open, Tools
from apps.care_table.usage import Usage
from apps.care_table.wording import Words
from datawerkplaats.base.settings import Settings
from ml.care.registry import Tool

HERE = Path(__file__).parent
COOKIE = "hulptafel"
HEADERS = {
    "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'", "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}  # fmt: skip
STATIC = {"style.css": "text/css", "table.js": "text/javascript"}
FLOWS: dict[str, Tool] = {
    "risk": "escalation_24m",
    "team": "next_step",
    "second": "escalation_24m",
    "together": "next_step",
}
_VERSION = hashlib.sha256(b"".join((HERE / "static" / name).read_bytes() for name in STATIC)).hexdigest()[:12]
_NOTICES = (
    "failed", "expired", "wrong_form", "photo_none", "not_found", "exercise_team_bad", "code_unknown", "code_expired", "code_used",
    "code_own", "second_gone", "dossier_none",
)  # fmt: skip
Page = Callable[[Request, Session, Words], Awaitable[Response]]


def tell(error: Exception) -> None:
    """Where an error happened and of what kind it is: its words and values may hold what somebody filled in."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    print(f"[care table] {type(error).__name__} in {where}", file=sys.stderr)


class Desk:
    """Everything that a page needs."""

    def __init__(self, settings: Settings, *, secure: bool, clock: Callable[[], float]) -> None:
        self._tools, self._sessions = Tools(settings), Sessions()
        self._opinions = Opinions(clock)
        self._usage = Usage(settings.data_dir / "care" / settings.source / "use.json")
        self._secure = secure
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(default=True), undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    def page(self, made: Page) -> Callable[[Request], Awaitable[Response]]:
        """A page with its session; what is sent has to come from a page of ours and a session that is still there."""

        async def answer(request: Request) -> Response:
            session = self._sessions.find(request.cookies.get(COOKIE))
            if request.method == "POST" and (session is None or not _is_ours(request)):
                session = self._sessions.begin()
                session.notice = "expired"
                response: Response = to("/")
            else:
                session = session or self._sessions.begin()
                response = await self._made(made, request, session)
            response.headers.update(HEADERS)
            response.set_cookie(COOKIE, session.id, httponly=True, samesite="strict", secure=self._secure)
            return response

        return answer

    async def _made(self, made: Page, request: Request, session: Session) -> Response:
        """The page; an error becomes one that says so, and forgets what was filled in."""
        try:
            return await made(request, session, Words(session.language))
        except Exception as error:
            tell(error)
            session.answers.clear()
            session.notice = "failed"
            return self._home(session, Words(session.language), 500)

    def _shown(
        self, session: Session, words: Words, template: str, status: int = 200, **context: Any
    ) -> Response:
        notice, session.notice = session.notice, ""
        shared = {"version": _VERSION, "t": words, "notice": words(notice) if notice in _NOTICES else notice}
        return HTMLResponse(self._templates.get_template(template).render(**shared, **context), status)

    def _home(self, session: Session, words: Words, status: int = 200, address: str = "") -> Response:
        opened = dict.fromkeys(FLOWS, True)
        if status == 200:
            opened = {flow: isinstance(self._tools.opened(tool), Open) for flow, tool in FLOWS.items()}
        return self._shown(session, words, "home.html", status, opened=opened, address=address)

    async def _sent(self, request: Request) -> dict[str, str] | None:
        try:
            return await bodies.form(request)
        except (bodies.TooLarge, ValueError):
            return None

    def _closed(self, session: Session, words: Words, found: Closed, name: str) -> Response:
        return self._shown(
            session, words, "closed.html", 403, name=name, key=found.key, reasons=found.sentences(words)
        )

    def _missing(self, session: Session, words: Words) -> Response:
        session.notice = "not_found"
        return self._home(session, words, 404)


def to(address: str) -> Response:
    """On to another page of ours."""
    return RedirectResponse(address, 303)


def _is_ours(request: Request) -> bool:
    """Whether a form was sent from a page of this address; browsers say where it came from."""
    origin = request.headers.get("origin")
    if origin in (None, "null"):
        return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return urlsplit(origin or "").netloc == request.headers.get("host", "")
