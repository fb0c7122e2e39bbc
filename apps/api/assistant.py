"""The same questions for assistants, over the Model Context Protocol: figures with margins, guards and refusals in the answer.

Whatever an assistant makes of a figure, it was given the margin, the caveats, whether areas may be ranked and where help is;
a refusal is an answer too, so that it can be told on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from mcp.server import MCPServer

from apps.api import associations, questions
from apps.api.questions import Sort, Wanted
from apps.api.releases import Releases
from datawerkplaats.base.errors import DataProblem

_MOST = 200
_ABOUT = (
    "Released figures on the health and welfare of Dutch regions. Always tell the margin (lower, upper) with a figure, that a"
    " modelled figure is an estimate, and the reason where there is none. Figures of areas say nothing of persons, and an"
    " association is not a cause. Where is_ranked is false, do not make a ranking; where a helpline is given, tell it."
)


def make_server(publish_dir: Path) -> MCPServer:
    """The server on a folder with publications."""
    server = MCPServer("datawerkplaats", instructions=_ABOUT)
    releases = Releases(publish_dir)

    def answer(ask: Callable[[duckdb.DuckDBPyConnection], dict[str, Any]]) -> dict[str, Any]:
        """What was asked, with the release it is from; a refusal with its sentence."""
        try:
            release = releases.find()
            cursor = releases.cursor(release)
            try:
                return {"release": release.id, **ask(cursor)}
            finally:
                cursor.close()
        except DataProblem as problem:
            return {
                "refused": problem.code,
                "sentence": problem.sentence("en"),
                "sentence_nl": problem.sentence("nl"),
            }

    def listed(page: questions.Page) -> dict[str, Any]:
        return {"total": page.total, "items": page.rows.to_pylist()}

    @server.tool()
    def find_indicators(text: str = "") -> dict[str, Any]:
        """Indicators whose name or description holds the text."""
        return answer(lambda con: listed(questions.indicators(con, None, text or None, None, 1, _MOST)))

    @server.tool()
    def find_areas(text: str = "", level: str = "") -> dict[str, Any]:
        """Areas of now by a part of their name and a level (country, province, ggd_region, gemeente, wijk)."""
        return answer(lambda con: listed(questions.regions(con, level or None, text or None, 1, _MOST)))

    @server.tool()
    def figures(
        indicator: str, area: str = "", level: str = "", within: str = "", year: int = 0, ranked: bool = False
    ) -> dict[str, Any]:
        """Figures of one indicator with margins, verdict, trend, caveats, and the reason and holder of what is absent.

        `ranked` asks for the highest first, and is refused where areas may not be ranked.
        """
        wanted = Wanted(
            (indicator,), (area,) if area else (), level or None, within or None, (year,) if year else ()
        )
        order: Sort = "-value" if ranked else "region_code"
        return answer(lambda con: listed(questions.observations(con, wanted, order, 1, _MOST)))

    @server.tool()
    def association(first: str, second: str, level: str = "gemeente", year: int = 0) -> dict[str, Any]:
        """The correlation of two indicators over areas with its margin, or why it is refused."""
        return answer(lambda con: associations.association(con, first, second, level, year or None))

    @server.tool()
    def gaps() -> dict[str, Any]:
        """What matters and has no figures, with the reason."""
        return answer(lambda con: listed(questions.gaps(con, 1, _MOST)))

    return server
