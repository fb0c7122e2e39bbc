"""The care table as a small web application: pages made here, one question per screen, nothing of a person outside memory.

Addresses name a tool and nothing else; what is filled in travels in the body of a form and stays in the session. There is no
log of requests, and an error is told by its kind and place alone.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from apps.care_table import bodies, exercise, taxation, teamwork
from apps.care_table.board import folding, instructions, sheets
from apps.care_table.board.recognise import read
from apps.care_table.sessions import Session, Sessions
from apps.care_table.tools import Closed, Open, Tools
from apps.care_table.wording import Words
from datawerkplaats.base.settings import Settings
from ml.care.registry import TOOLS, Tool

HERE = Path(__file__).parent
COOKIE = "hulptafel"
PHOTOS_AT_ONCE = 2
_HEADERS = {
    "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}  # fmt: skip
_STATIC = {"style.css": "text/css", "print.js": "text/javascript"}
_FLOWS: dict[str, Tool] = {"risk": "escalation_24m", "team": "next_step"}
_VERSION = hashlib.sha256(b"".join((HERE / "static" / name).read_bytes() for name in _STATIC)).hexdigest()[
    :12
]
Page = Callable[[Request, Session, Words], Awaitable[Response]]


def make_app(settings: Settings, *, secure: bool = False) -> ASGIApp:
    """The application on the tools of a house.

    Args:
        settings: Where tools and register are.
        secure: Whether browsers come by https, so that the cookie travels by that alone.
    """
    table = Table(settings, secure=secure)
    routes = [
        Route("/", table.page(table.home)),
        Route("/language", table.page(table.language), methods=["POST"]),
        Route("/why/{tool}", table.page(table.why)),
        Route("/patterns", table.page(table.patterns)),
        Route("/exercise", table.page(table.exercise), methods=["GET", "POST"]),
        Route("/team/photo", table.page(table.photo), methods=["POST"]),
        Route("/{flow}/again", table.page(table.again), methods=["POST"]),
        Route("/print/{name}", table.page(table.pdf)),
        Route("/static/{name}", table.static),
        Route("/{flow}", table.page(table.flow), methods=["GET", "POST"]),
    ]
    return Quiet(Starlette(routes=routes))


class Quiet:
    """The last guard: what goes wrong outside a page is told by kind and place too, and never by a server's own log."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        try:
            await self._inner(scope, receive, send)
        except Exception as error:
            _tell(error)


def _tell(error: Exception) -> None:
    """Where an error happened and of what kind it is: its words and values may hold what somebody filled in."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    print(f"[care table] {type(error).__name__} in {where}", file=sys.stderr)


class Table:
    """Everything that a page needs."""

    def __init__(self, settings: Settings, *, secure: bool) -> None:
        self._tools, self._sessions, self._teams = Tools(settings), Sessions(), exercise.Teams()
        self._secure = secure
        self._photos = anyio.CapacityLimiter(PHOTOS_AT_ONCE)
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
                response: Response = _to("/")
            else:
                session = session or self._sessions.begin()
                response = await self._made(made, request, session)
            response.headers.update(_HEADERS)
            response.set_cookie(COOKIE, session.id, httponly=True, samesite="strict", secure=self._secure)
            return response

        return answer

    async def _made(self, made: Page, request: Request, session: Session) -> Response:
        """The page; an error becomes one that says so, and forgets what was filled in."""
        try:
            return await made(request, session, Words(session.language))
        except Exception as error:
            _tell(error)
            session.answers.clear()
            session.notice = "failed"
            return self._shown(
                session, Words(session.language), "home.html", 500, opened=dict.fromkeys(_FLOWS, True)
            )

    def _shown(
        self, session: Session, words: Words, template: str, status: int = 200, **context: Any
    ) -> Response:
        notice, session.notice = session.notice, ""
        shared = {"version": _VERSION, "t": words, "notice": words(notice) if notice in _NOTICES else notice}
        return HTMLResponse(self._templates.get_template(template).render(**shared, **context), status)

    async def home(self, request: Request, session: Session, words: Words) -> Response:
        """The first page."""
        opened = {flow: isinstance(self._tools.opened(tool), Open) for flow, tool in _FLOWS.items()}
        return self._shown(session, words, "home.html", opened=opened)

    async def language(self, request: Request, session: Session, words: Words) -> Response:
        """The other language, on the page that was shown."""
        session.language = "en" if session.language == "nl" else "nl"
        came = urlsplit(request.query_params.get("to", "/")).path
        return _to(came if came.strip("/") in (*_FLOWS, "exercise", "patterns") else "/")

    async def why(self, request: Request, session: Session, words: Words) -> Response:
        """Why a tool may be used, or why not."""
        tool = next((one for one in TOOLS if one == request.path_params["tool"]), None)
        if tool is None:
            return self._missing(session, words)
        found = self._tools.opened(tool)
        name = words(next(flow for flow, one in _FLOWS.items() if one == tool))
        if isinstance(found, Closed):
            return self._closed(session, words, found, name)
        return self._shown(
            session, words, "why.html", name=name, artefact=found.registered.artefact, standing=found.standing,
            about=found.about, tool=tool,
        )  # fmt: skip

    async def flow(self, request: Request, session: Session, words: Words) -> Response:
        """One of the two tools: the screen that comes now, or an answer to it."""
        flow = request.path_params["flow"]
        if flow not in _FLOWS:
            return self._missing(session, words)
        found = self._tools.opened(_FLOWS[flow])
        if isinstance(found, Closed):
            session.forget(flow)
            return self._closed(session, words, found, words(flow))
        module: Any = taxation if flow == "risk" else teamwork
        model, state = (found.model[0] if flow == "risk" else found.model), session.of(flow)
        if request.method == "POST":
            sent = await self._sent(request)
            if sent is None or not module.act(state, sent, model):
                session.notice = "wrong_form"
            return _to(f"/{flow}")
        template, context = module.screen(state, model, words)
        about = found.about
        return self._shown(session, words, template, flow=flow, tool=_FLOWS[flow], about=about, **context)

    async def photo(self, request: Request, session: Session, words: Words) -> Response:
        """A photo of the board, read in memory; nothing of it stays but the kinds of care it shows."""
        if isinstance(self._tools.opened("next_step"), Closed):
            return _to("/team")
        try:
            content = await bodies.photo(request)
        except bodies.TooLarge:
            session.notice = words("ask_too_large")
            return _to("/team")
        if not content:
            session.notice = "photo_none"
            return _to("/team")
        found = await anyio.to_thread.run_sync(read, content, limiter=self._photos)
        session.forget("team")
        session.notice = teamwork.photographed(session.of("team"), found, words)
        return _to("/team")

    async def again(self, request: Request, session: Session, words: Words) -> Response:
        """Start a tool again: what was filled in is gone."""
        flow = request.path_params["flow"]
        session.forget(flow)
        return _to(f"/{flow}" if flow in (*_FLOWS, "exercise") else "/")

    async def patterns(self, request: Request, session: Session, words: Words) -> Response:
        """The strongest patterns of groups."""
        found = self._tools.opened("escalation_24m")
        if isinstance(found, Closed):
            return self._closed(session, words, found, words("patterns"))
        form, rows = found.model
        return self._shown(
            session, words, "patterns.html", average=round(100 * form.average),
            singles=[row for row in rows if len(row["fields"]) == 1], pairs=[row for row in rows if len(row["fields"]) == 2],
        )  # fmt: skip

    async def exercise(self, request: Request, session: Session, words: Words) -> Response:
        """The exercise in too much trust."""
        found = self._tools.opened("escalation_24m")
        if isinstance(found, Closed):
            return self._closed(session, words, found, words("exercise"))
        state = session.of("exercise")
        if request.method == "POST":
            sent = await self._sent(request)
            session.notice = "wrong_form" if sent is None else exercise.act(state, sent, self._teams)
            for group in self._teams.full():
                await run_in_threadpool(self._tools.count, group, len(exercise.cases()))
            return _to("/exercise")
        template, context = exercise.screen(state, self._teams, words.language)
        return self._shown(session, words, template, flow="exercise", bands=taxation.bands(words), **context)

    async def pdf(self, request: Request, session: Session, words: Words) -> Response:
        """The board or the blocks to print."""
        made = {
            "board.pdf": sheets.board_pdf,
            "board_a4.pdf": sheets.board_a4_pdf,
            "blocks.pdf": sheets.blocks_pdf,
            "folding.pdf": folding.folding_pdf,
            "instructions.pdf": instructions.instructions_pdf,
        }.get(request.path_params["name"])
        if made is None:
            return self._missing(session, words)
        return Response(await run_in_threadpool(made, words.language), media_type="application/pdf")

    async def static(self, request: Request) -> Response:
        """The style sheet and the few lines that print."""
        name = request.path_params["name"]
        if name not in _STATIC:
            return Response(status_code=404)
        return Response(
            (HERE / "static" / name).read_bytes(),
            media_type=_STATIC[name],
            headers={"Cache-Control": "max-age=3600"},
        )

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
        return self._shown(session, words, "home.html", 404, opened=dict.fromkeys(_FLOWS, True))


_NOTICES = ("failed", "expired", "wrong_form", "photo_none", "not_found", "exercise_team_bad")


def _to(address: str) -> Response:
    return RedirectResponse(address, 303)


def _is_ours(request: Request) -> bool:
    """Whether a form was sent from a page of this address; browsers say where it came from."""
    origin = request.headers.get("origin")
    if origin in (None, "null"):
        return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return urlsplit(origin or "").netloc == request.headers.get("host", "")
