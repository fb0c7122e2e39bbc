"""An HTTP transport that answers as the StatLine and PDOK services would, from the files of the fictional
province.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import orjson

from datawerkplaats.base.settings import Settings
from datawerkplaats.loading.result import StandIn
from demo.wire import DATA_SETS, FILES, PAGE_ROWS, PLACEHOLDER, ensure_deliveries, envelope

_ODATA = re.compile(r"/(ODataFeed|ODataApi)/odata/([^/]+)(?:/([A-Za-z]+))?/?$", re.IGNORECASE)
_CATALOGUE = re.compile(r"/ODataCatalog/Tables/?$", re.IGNORECASE)
_WFS = re.compile(r"/cbs/wijkenbuurten/(\d{4})/wfs/", re.IGNORECASE)
_CONDITION = re.compile(r"\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*")
_JSON = "application/json;odata=minimalmetadata;charset=utf-8"


def demo_transport(settings: Settings) -> httpx.BaseTransport:
    """A transport for `httpx.Client(transport=…)`; the deliveries are made on first use and kept in
    `settings.demo_dir`.
    """
    return DemoTransport(ensure_deliveries(settings.demo_dir, settings.seed))


def demo_files(settings: Settings) -> Path:
    """The folder with what the fictional province delivers as files."""
    return ensure_deliveries(settings.demo_dir, settings.seed) / FILES


def province(settings: Settings) -> StandIn:
    """The fictional province, to be handed to whoever loads sources."""
    return StandIn(demo_transport(settings), demo_files(settings))


class DemoTransport(httpx.BaseTransport):
    """Answers from a folder of deliveries; any host will do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer a real service would give; 404 with an error body for what does not exist."""
        path, query = request.url.path, {k.lower(): v for k, v in request.url.params.items()}
        try:
            if match := _WFS.search(path):
                return self._features(match[1], query)
            if match := _CATALOGUE.search(path):
                return self._rows(request, match.start(), Path("ODataCatalog/Tables.json"), query)
            if match := _ODATA.search(path):
                return self._table(request, match, query)
        except ValueError as problem:
            return _error(400, str(problem))
        return _error(404, "Resource not found.")

    def _table(self, request: httpx.Request, match: re.Match[str], query: dict[str, str]) -> httpx.Response:
        folder = Path("ODataFeed") / match[2]
        if not (self._folder / folder).is_dir():
            return _error(404, f"Table '{match[2]}' not found.")
        entity = match[3] or "service"
        if entity in DATA_SETS:
            return self._data_set(request, match, folder, entity, query)
        if not (self._folder / folder / f"{entity}.json").exists():
            return _error(404, f"Resource not found for the segment '{entity}'.")
        return self._rows(request, match.start(), folder / f"{entity}.json", query)

    def _data_set(
        self, request: httpx.Request, match: re.Match[str], folder: Path, entity: str, query: dict[str, str]
    ) -> httpx.Response:
        base = _base(request, match.start())
        skip = _number(query, "$skip") or 0
        top = _number(query, "$top")
        page = self._folder / folder / f"{entity}_{skip}.json"
        feed = match[1].lower() == "odatafeed"
        if feed and top is None and page.exists() and not ({"$filter", "$select"} & query.keys()):
            return _answer(page.read_bytes(), base)
        first, pages = self._pages(folder, entity)
        chosen = _select(_filter([row for body in pages for row in body["value"]], query), query)
        left = chosen[skip : None if top is None else skip + top]
        if not feed and len(left) > PAGE_ROWS:
            return _error(
                500, f"The query returned more than {PAGE_ROWS} records; use ODataFeed or a filter."
            )
        following = None
        if len(left) > PAGE_ROWS:
            more = {k: v for k, v in query.items() if k in ("$filter", "$select")}
            more |= {} if top is None else {"$top": str(top - PAGE_ROWS)}
            options = httpx.QueryParams({"$format": "json", **more, "$skip": str(skip + PAGE_ROWS)})
            following = f"{PLACEHOLDER}/{match[1]}/odata/{match[2]}/{entity}?{options}"
        return _answer(orjson.dumps(envelope(first["odata.metadata"], left[:PAGE_ROWS], following)), base)

    def _pages(self, folder: Path, entity: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        files = sorted(
            (self._folder / folder).glob(f"{entity}_*.json"), key=lambda p: int(p.stem.rpartition("_")[2])
        )
        bodies = [orjson.loads(file.read_bytes()) for file in files]
        return bodies[0], bodies

    def _rows(self, request: httpx.Request, prefix: int, file: Path, query: dict[str, str]) -> httpx.Response:
        content = (self._folder / file).read_bytes()
        if {"$filter", "$select", "$skip", "$top"} & query.keys():
            body = orjson.loads(content)
            skip, top = _number(query, "$skip") or 0, _number(query, "$top")
            rows = _select(_filter(body["value"], query), query)
            content = orjson.dumps({**body, "value": rows[skip : None if top is None else skip + top]})
        return _answer(content, _base(request, prefix))

    def _features(self, year: str, query: dict[str, str]) -> httpx.Response:
        layer = (query.get("typenames") or query.get("typename") or "").rpartition(":")[2].lower()
        file = self._folder / "wfs" / year / f"{layer}.json"
        if layer not in ("gemeenten", "wijken", "buurten") or not file.exists():
            return _error(404, f"Feature type '{layer}' of {year} not found.")
        content = file.read_bytes()
        if {"startindex", "count"} & query.keys():
            body = orjson.loads(content)
            start, count = _number(query, "startindex") or 0, _number(query, "count")
            body["features"] = body["features"][start : None if count is None else start + count]
            content = orjson.dumps(body)
        return httpx.Response(
            200, headers={"Content-Type": "application/json; subtype=geojson"}, content=content
        )


def _base(request: httpx.Request, prefix: int) -> str:
    """Scheme, host and whatever precedes the service's own path."""
    return f"{request.url.scheme}://{request.url.netloc.decode()}{request.url.path[:prefix]}"


def _answer(content: bytes, base: str) -> httpx.Response:
    return httpx.Response(
        200, headers={"Content-Type": _JSON}, content=content.replace(PLACEHOLDER.encode(), base.encode())
    )


def _error(status: int, message: str) -> httpx.Response:
    body = {"odata.error": {"code": "", "message": {"lang": "nl-NL", "value": message}}}
    return httpx.Response(status, headers={"Content-Type": _JSON}, content=orjson.dumps(body))


def _number(query: dict[str, str], option: str) -> int | None:
    if option not in query:
        return None
    if not query[option].isdigit():
        raise ValueError(f"{option} takes a non-negative integer, not '{query[option]}'")
    return int(query[option])


def _filter(rows: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    """Rows that satisfy a `$filter`: conditions `column eq 'text'` joined by `or`, and such groups joined by `and`."""
    if not query.get("$filter"):
        return rows
    for group in re.split(r"\s+and\s+", query["$filter"].strip()):
        wanted: dict[str, set[str]] = {}
        for part in re.split(r"\s+or\s+", group.strip("() ")):
            condition = _CONDITION.fullmatch(part.strip("() "))
            if not condition:
                raise ValueError(
                    f"only conditions like Perioden eq '2020JJ00' joined by 'and' and 'or' are understood, not: {part}"
                )
            column, value = condition[1], condition[2].replace("''", "'")
            if rows and column not in rows[0]:
                raise ValueError(f"Could not find a property named '{column}'")
            wanted.setdefault(column, set()).add(value)
        rows = [row for row in rows if any(row[column] in values for column, values in wanted.items())]
    return rows


def _select(rows: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    if not query.get("$select"):
        return rows
    columns = [c.strip() for c in query["$select"].split(",")]
    unknown = [c for c in columns if rows and c not in rows[0]]
    if unknown:
        raise ValueError(f"Could not find a property named '{unknown[0]}'")
    return [{c: row[c] for c in columns} for row in rows]
