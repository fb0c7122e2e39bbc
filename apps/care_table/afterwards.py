"""What comes after a taxation or a choice: a second opinion by a code, paper to take along, and the counts of use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from apps.care_table import paper, taxation, together
from apps.care_table.desk import FLOWS, Desk, to
from apps.care_table.paper import Part
from apps.care_table.sessions import Session
from apps.care_table.tools import Closed, Open
from apps.care_table.usage import Cell
from apps.care_table.wording import Words


class Afterwards(Desk):
    """The pages that follow."""

    def _counted(self, state: taxation.State, found: Open) -> None:
        """Count a taxation once, when it comes to its end."""
        if "final" not in state or state.get("counted"):
            return
        state["counted"] = True
        assessed = found.model[0].assess(taxation.known(state))
        model = None if assessed.silent else taxation.band_of(assessed.middle)
        self._usage.add(found.registered.artefact, state["own"], model, state["final"], state["minutes"])

    def _beside(self, session: Session, words: Words) -> dict[str, Any]:
        """What the screen of the one who asks says of a second opinion."""
        state = session.of("risk")
        opinion = self._opinions.of(state.get("code", ""))
        if opinion is None:
            return {"second": "lapsed" if state.get("code") else "none", "parts": taxation.PARTS}
        told: dict[str, Any]
        if opinion.found is not None:
            told = {"second": "there", "lines": _compared(state, opinion.found, words)}
        elif opinion.opened_by:
            told = {"second": "busy"}
        elif minutes := self._opinions.minutes(opinion):
            told = {"second": "waiting", "code": opinion.spoken, "minutes": minutes}
        else:
            told = {"second": "lapsed"}
        return {**told, "parts": taxation.PARTS}

    async def code(self, request: Request, session: Session, words: Words) -> Response:
        """A code for a colleague, once the questions were answered."""
        found, state = self._tools.opened("escalation_24m"), session.of("risk")
        if isinstance(found, Closed) or taxation.screen(state, found.model[0], words)[0] != "risk.html":
            session.notice = "wrong_form"
            return to("/risk")
        state["code"] = self._opinions.ask(session.id).code
        return to("/risk")

    async def second(self, request: Request, session: Session, words: Words) -> Response:
        """The colleague's side: the code, then the whole taxation from an own estimate; nothing of the other is shown."""
        found = self._tools.opened("escalation_24m")
        if isinstance(found, Closed):
            session.forget("second")
            return self._closed(session, words, found, words("second"))
        form, state = found.model[0], session.of("second")
        if request.method == "POST":
            sent = await self._sent(request)
            if sent is not None and "code" not in state and "code" in sent:
                opinion, session.notice = self._opinions.open(sent["code"], session.id)
                if opinion is not None:
                    state["code"] = opinion.code
            elif sent is None or "code" not in state or not taxation.act(state, sent, form):
                session.notice = "wrong_form"
            elif "final" in state:
                await run_in_threadpool(self._counted, state, found)
                told = {key: state[key] for key in ("own", "reason", "final", "given")}
                if not self._opinions.deliver(state["code"], session.id, told):
                    session.notice = "second_gone"
            return to("/second")
        if "code" not in state:
            return self._shown(session, words, "second.html", flow="second")
        template, context = taxation.screen(state, form, words)
        return self._shown(
            session,
            words,
            template,
            flow="second",
            tool=FLOWS["second"],
            about=found.about,
            second="colleague",
            **context,
        )

    async def dossier(self, request: Request, session: Session, words: Words) -> Response:
        """What the professional chose of a taxation, as a PDF; made in memory, kept nowhere."""
        found, state = self._tools.opened("escalation_24m"), session.of("risk")
        sent = await self._sent(request)
        if isinstance(found, Closed) or sent is None or "final" not in state:
            session.notice = "wrong_form"
            return to("/risk")
        parts = taxation.parts(state, found.model[0], words)
        opinion = self._opinions.of(state.get("code", ""))
        if opinion is not None and opinion.found is not None:
            parts["second"] = Part(words("second"), tuple(_compared(state, opinion.found, words)))
        chosen = [parts[name] for name in taxation.PARTS if f"part_{name}" in sent and name in parts]
        if not chosen:
            session.notice = "dossier_none"
            return to("/risk")
        return await self._paper(words("risk"), chosen, words, found)

    async def plan(self, request: Request, session: Session, words: Words) -> Response:
        """The choice of youth and parents as their plan on paper."""
        found, state = self._tools.opened("next_step"), session.of("together")
        if isinstance(found, Closed) or "choice" not in state:
            session.notice = "wrong_form"
            return to("/together")
        room = tuple(words(f"plan_{name}") for name in ("who", "when", "look_back"))
        return await self._paper(words("plan"), together.parts(state, found.model, words), words, found, room)

    async def _paper(
        self, title: str, parts: list[Part], words: Words, found: Open, room: tuple[str, ...] = ()
    ) -> Response:
        day = datetime.now(UTC).date().isoformat()
        foot = words("paper_foot", date=day, artefact=found.registered.artefact[:16])
        content = await run_in_threadpool(paper.pdf, title, parts, words, foot, room)
        headers = {"Content-Disposition": f'attachment; filename="{words("paper_file")}.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)

    async def use(self, request: Request, session: Session, words: Words) -> Response:
        """How often the risk taxation was used, in tens."""
        days: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for cell, number in sorted(self._usage.told().items(), reverse=True):
            days.setdefault(cell[:2], []).append((_named(cell, words), number))
        return self._shown(session, words, "use.html", days=days)


def _named(cell: Cell, words: Words) -> str:
    """What a count is of, in words."""
    _, _, what, value = cell
    if what in ("own", "model") and value != "silent":
        return f"{words(f'use_{what}')}: {words(f'band_{value}')}"
    return words("use_all") if what == "all" else f"{words(f'use_{what}')}: {words(f'use_{value}')}"


def _compared(state: taxation.State, other: dict[str, Any], words: Words) -> list[str]:
    """What a colleague found, and where both answered differently; not what either of them answered."""
    bands = taxation.bands(words)
    differing = [
        words.field(name) for name, said in state["given"].items() if other["given"].get(name) != said
    ]
    return [
        words("second_found", word=bands[other["own"]][0], reason=words(f"reason_{other['reason']}").lower()),
        words("second_final", word=bands[other["final"]][0]),
        words("second_differs", fields="; ".join(differing)) if differing else words("second_same"),
    ]
