"""An assistant gets margins, guards and refusals with the figures: ten questions by the protocol's own client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anyio
from mcp.client import Client
from mcp.types import TextContent

from apps.api.assistant import make_server
from datawerkplaats.publication import Publication

QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("find_indicators", {"text": "lonely"}),
    ("find_areas", {"text": "GM0003"}),
    ("figures", {"indicator": "lonely_pct", "year": 2022}),
    ("figures", {"indicator": "lonely_pct", "year": 2022, "ranked": True}),
    ("figures", {"indicator": "suicide_pct", "year": 2022, "ranked": True}),
    ("figures", {"indicator": "suicide_pct", "area": "GM0001"}),
    ("figures", {"indicator": "benefit_pct", "area": "GM0001", "year": 2020}),
    ("figures", {"indicator": "lonely_pct", "area": "GM0099"}),
    ("association", {"first": "lonely_pct", "second": "suicide_pct"}),
    ("association", {"first": "lonely_pct", "second": "benefit_pct"}),
]


def test_ten_questions__are_answered_or_refused_with_what_belongs_to_the_figures(
    published: tuple[Path, list[Publication]],
) -> None:
    async def ask() -> list[dict[str, Any]]:
        async with Client(make_server(published[0])) as client:
            answers = [await client.call_tool(name, arguments) for name, arguments in QUESTIONS]
        blocks = [answer.content[0] for answer in answers]
        return [json.loads(block.text) for block in blocks if isinstance(block, TextContent)]

    told = anyio.run(ask)
    assert told[0]["total"] == 1 and told[1]["items"][0]["region_code"] == "GM0003"
    assert all(row["lower"] < row["value"] < row["upper"] for row in told[2]["items"])
    ranked = [row["value"] for row in told[3]["items"]]
    assert ranked[:-1] == sorted(ranked[:-1], reverse=True) and len(ranked) == 12
    assert told[3]["items"][-1]["region_code"] == "GM0012", "few residents: no place among others"
    assert told[4]["refused"] == "not_ranked" and "in order" in told[4]["sentence"]
    assert {row["helpline_nl"] for row in told[5]["items"]} == {"Bel 113"}
    assert [(row["value"], row["withheld_by"]) for row in told[6]["items"]] == [(None, "workplace")]
    assert told[7]["refused"] == "area_ended" and "GM0001 Een" in told[7]["sentence"]
    assert told[8]["correlation"] is None and told[8]["refused_because"] == "circular_pair"
    assert told[9]["lower"] < told[9]["correlation"] < told[9]["upper"]
    assert {answer["release"] for answer in told if "release" in answer} == {published[1][1].id}
