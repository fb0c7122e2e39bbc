"""The care table as a small web application: pages made here, one question per screen, nothing of a person outside memory.

Addresses name a tool and nothing else; what is filled in travels in the body of a form and stays in the session.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import anyio
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from apps.care_table import bodies, exercise, taxation, teamwork, together
from apps.care_table.afterwards import Afterwards
from apps.care_table.board import folding, instructions, sheets
from apps.care_table.board.recognise import read
from apps.care_table.desk import COOKIE, FLOWS, HERE, STATIC, tell, to
from apps.care_table.sessions import Session
from apps.care_table.tools import Closed
from apps.care_table.wording import Words
from datawerkplaats.base.settings import Settings
from ml.care.registry import TOOLS

__all__ = ["COOKIE", "make_app"]
PHOTOS_AT_ONCE = 2
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?")
_SCREENS: dict[str, Any] = {"risk": taxation, "team": teamwork, "together": together}


def make_app(
    settings: Settings, *, secure: bool = False, clock: Callable[[], float] = time.monotonic
) -> ASGIApp:
    """The application on the tools of a house.

    Args:
        settings: Where tools and register are.
        secure: Whether browsers come by https, so that the cookie travels by that alone.
        clock: Tells when a code for a colleague expires.
    """
    table = Table(settings, secure=secure, clock=clock)
    routes = [
        Route("/", table.page(table.home)),
        Route("/language", table.page(table.language), methods=["POST"]),
        Route("/why/{tool}", table.page(table.why)),
        Route("/patterns", table.page(table.patterns)),
        Route("/exercise", table.page(table.exercise), methods=["GET", "POST"]),
        Route("/second", table.page(table.second), methods=["GET", "POST"]),
        Route("/risk/code", table.page(table.code), methods=["POST"]),
        Route("/risk/dossier", table.page(table.dossier), methods=["POST"]),
        Route("/together/plan", table.page(table.plan), methods=["POST"]),
        Route("/use", table.page(table.use)),
        Route("/phone.svg", table.page(table.phone)),
        Route("/{flow}/photo", table.page(table.photo), methods=["POST"]),
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
            tell(error)


class Table(Afterwards):
    """All pages."""

    def __init__(self, settings: Settings, *, secure: bool, clock: Callable[[], float]) -> None:
        super().__init__(settings, secure=secure, clock=clock)
        self._teams = exercise.Teams()
        self._photos = anyio.CapacityLimiter(PHOTOS_AT_ONCE)

    async def home(self, request: Request, session: Session, words: Words) -> Response:
        """The first page."""
        return self._home(session, words, address=self._address(request))

    def _address(self, request: Request) -> str:
        """Where a phone finds this page; nothing where this machine is asked by itself."""
        host = request.headers.get("host", "")
        is_own = host.split(":")[0] in ("127.0.0.1", "localhost", "testserver", "")
        return (
            "" if is_own or not _HOST.fullmatch(host) else f"{'https' if self._secure else 'http'}://{host}/"
        )

    async def phone(self, request: Request, session: Session, words: Words) -> Response:
        """That address as a code to scan."""
        import io

        import segno

        if not (address := self._address(request)):
            return self._missing(session, words)
        drawn = io.BytesIO()
        segno.make(address).save(drawn, kind="svg", scale=6, border=4)
        return Response(drawn.getvalue(), media_type="image/svg+xml")

    async def language(self, request: Request, session: Session, words: Words) -> Response:
        """The other language, on the page that was shown."""
        session.language = "en" if session.language == "nl" else "nl"
        came = urlsplit(request.query_params.get("to", "/")).path
        return to(came if came.strip("/") in (*FLOWS, "exercise", "patterns", "use") else "/")

    async def why(self, request: Request, session: Session, words: Words) -> Response:
        """Why a tool may be used, or why not."""
        tool = next((one for one in TOOLS if one == request.path_params["tool"]), None)
        if tool is None:
            return self._missing(session, words)
        found = self._tools.opened(tool)
        name = words(next(flow for flow, one in FLOWS.items() if one == tool))
        if isinstance(found, Closed):
            return self._closed(session, words, found, name)
        return self._shown(
            session, words, "why.html", name=name, artefact=found.registered.artefact, standing=found.standing,
            about=found.about, tool=tool,
        )  # fmt: skip

    async def flow(self, request: Request, session: Session, words: Words) -> Response:
        """One of the tools: the screen that comes now, or an answer to it."""
        flow = request.path_params["flow"]
        if flow not in _SCREENS:
            return self._missing(session, words)
        found = self._tools.opened(FLOWS[flow])
        if isinstance(found, Closed):
            session.forget(flow)
            return self._closed(session, words, found, words(flow))
        module, state = _SCREENS[flow], session.of(flow)
        model = found.model[0] if flow == "risk" else found.model
        if request.method == "POST":
            sent = await self._sent(request)
            if sent is not None and flow == "together" and sent.get("action") == "from_team":
                session.forget(flow)
                taken = together.from_team(session.of(flow), session.of("team"))
            else:
                taken = sent is not None and module.act(state, sent, model)
            if not taken:
                session.notice = "wrong_form"
            elif flow == "risk":
                await run_in_threadpool(self._counted, state, found)
            return to(f"/{flow}")
        template, context = module.screen(state, model, words)
        if flow == "risk":
            context |= self._beside(session, words)
        elif flow == "together":
            context["has_team"] = bool(session.answers.get("team", {}).get("confirmed"))
        return self._shown(
            session, words, template, flow=flow, tool=FLOWS[flow], about=found.about, **context
        )

    async def photo(self, request: Request, session: Session, words: Words) -> Response:
        """A photo of the board, read in memory; nothing of it stays but the kinds of care it shows."""
        flow = request.path_params["flow"]
        if flow not in ("team", "together"):
            return self._missing(session, words)
        if isinstance(self._tools.opened("next_step"), Closed):
            return to(f"/{flow}")
        try:
            content = await bodies.photo(request)
        except bodies.TooLarge:
            session.notice = words("ask_too_large")
            return to(f"/{flow}")
        if not content:
            session.notice = "photo_none"
            return to(f"/{flow}")
        found = await anyio.to_thread.run_sync(read, content, limiter=self._photos)
        session.forget(flow)
        session.notice = teamwork.photographed(session.of(flow), found, words)
        return to(f"/{flow}")

    async def again(self, request: Request, session: Session, words: Words) -> Response:
        """Start a tool again: what was filled in is gone."""
        flow = request.path_params["flow"]
        session.forget(flow)
        if flow == "risk":
            self._opinions.withdraw(session.id)
        return to(f"/{flow}" if flow in (*FLOWS, "exercise") else "/")

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
            return to("/exercise")
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
        if name not in STATIC:
            return Response(status_code=404)
        return Response(
            (HERE / "static" / name).read_bytes(),
            media_type=STATIC[name],
            headers={"Cache-Control": "max-age=3600"},
        )
