# Long because every address of the interface stands here with what its documentation says of it.
"""The HTTP interface: read-only, by the API Design Rules of the Dutch government, one release per answer."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import duckdb
from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from starlette.exceptions import HTTPException

from apps.api import associations, notes, questions, raw, themes
from apps.api.formats import MEDIA, Format, written
from apps.api.problems import document
from apps.api.questions import Level, Page, Sort, Wanted
from apps.api.releases import Releases
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.regions import Region, load_regions
from datawerkplaats.catalogue.themes import load_theme, load_themes
from datawerkplaats.governance.openbaar import Outside
from datawerkplaats.publication import Publication, raw_files

VERSION = "1.0.0"
MOST_ROWS = 10_000
MOST_VALUES = 100  # in one list of a filter
AT_ONCE = 8  # requests that read a release at the same time
_NO_STORE = {"Cache-Control": "no-cache"}
_KEPT_FOR = "public, max-age=31536000, immutable"

Release = Annotated[
    str | None, Query(max_length=64, description="Id of a release; the served one by default.")
]
Number = Annotated[int, Query(alias="page", ge=1, le=1_000_000, description="Which page, from 1.")]
Size = Annotated[int, Query(alias="page_size", ge=1, le=MOST_ROWS, description="Rows per page.")]
Kind = Annotated[Format, Query(alias="format", description="json, csv (for spreadsheets) or parquet.")]
Text = Annotated[str | None, Query(max_length=100, description="A part of a name or description.")]
Mart = Annotated[Literal["indicator", "determinant", "outcome"] | None, Query()]
Names = Annotated[list[str] | None, Query(max_length=MOST_VALUES)]


def make_app(publish_dir: Path) -> FastAPI:
    """The application on a folder with publications."""
    settings = get_settings()
    known = list(load_themes(settings.catalogue_dir).values())
    here = load_regions(settings.catalogue_dir).find(settings.region)
    product = load_theme(settings.catalogue_dir, (here.theme if here else None) or "").product.nl
    product = f"{product} {here.name}" if here else product
    about = ", ".join(theme.title.en.lower() for theme in known)
    app = FastAPI(
        title=product,
        version=VERSION,
        description=f"Released figures of regions on {about}, with margins, verdicts, caveats and refusals.",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        contact={"name": product, **({"email": here.contact.mail} if here and here.contact.mail else {})},
        license_info={"name": "CC BY 4.0"},
        redirect_slashes=False,
    )
    releases = Releases(publish_dir)
    app.state.releases = releases
    _add_failures(app)
    _add_workplace(app, product, here)
    _add_releases(app, releases)
    desk = Desk(releases)
    _add_questions(app, desk)
    _add_raw(app, desk)
    _add_notes(app, releases)
    return app


class Desk:
    """Answers a question from the release that is asked, a few at a time, unless the asker has the answer already."""

    def __init__(self, releases: Releases) -> None:
        self.releases = releases
        self._places = BoundedSemaphore(AT_ONCE)

    @contextmanager
    def _cursor(self, release: Publication, seen: Outside | None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor on what everybody may see of a release, or without that on what sources delivered."""
        if not self._places.acquire(timeout=5):
            raise DataProblem("service_busy", subject="api", remedy="try again in a few seconds")
        try:
            cursor = self.releases.raw(release) if seen is None else self.releases.cursor(release, seen)
            try:
                yield cursor
            finally:
                cursor.close()
        finally:
            self._places.release()

    def page(
        self,
        request: Request,
        release_id: str | None,
        kind: Format,
        ask: Callable[[duckdb.DuckDBPyConnection], Page],
        *,
        raw: bool = False,
    ) -> Response:
        """A page of rows in the wanted format, with links to its neighbours; `raw` asks what sources delivered."""
        release = self.releases.find(release_id)
        seen = None if raw else self.releases.outside(release)
        headers = self._headers(request, release, release_id, seen)
        if is_known(request, headers):
            return Response(status_code=304, headers=headers)
        with self._cursor(release, seen) as con:
            page = ask(con)
        headers["Link"] = links(request, page)
        headers["X-Total-Count"] = str(page.total)
        if kind != "json":
            headers["Content-Disposition"] = (
                f'inline; filename="{request.url.path.rsplit("/", 1)[-1]}.{kind}"'
            )
        return Response(written(page, release.id, kind), headers=headers, media_type=MEDIA[kind])

    def _headers(
        self, request: Request, release: Publication, release_id: str | None, seen: Outside | None
    ) -> dict[str, str]:
        return headers_of(request, release, release_id, self.releases.decided(release, seen) if seen else "")

    def predicted(
        self, release_id: str | None, kind: Format, ask: Callable[[duckdb.DuckDBPyConnection], Page]
    ) -> Response:
        """A page of what is predicted. Nobody keeps it: a gate that closes closes at once."""
        release = self.releases.find(release_id)
        if not self._places.acquire(timeout=5):
            raise DataProblem("service_busy", subject="api", remedy="try again in a few seconds")
        try:
            with self.releases.predicted(release) as con:
                page = ask(con)
        finally:
            self._places.release()
        headers = {"Cache-Control": "no-store", "X-Release": release.id, "X-Total-Count": str(page.total)}
        return Response(written(page, release.id, kind), headers=headers, media_type=MEDIA[kind])

    def one(
        self,
        request: Request,
        release_id: str | None,
        ask: Callable[[duckdb.DuckDBPyConnection], dict[str, Any]],
    ) -> Response:
        """One thing, as JSON."""
        release = self.releases.find(release_id)
        seen = self.releases.outside(release)
        headers = self._headers(request, release, release_id, seen)
        if is_known(request, headers):
            return Response(status_code=304, headers=headers)
        with self._cursor(release, seen) as con:
            return JSONResponse({"release": release.id, **ask(con)}, headers=headers)


def headers_of(
    request: Request, release: Publication, release_id: str | None, decided: str
) -> dict[str, str]:
    """The tag of an answer follows from release and question, as a release never changes, and from what was decided.

    Where decisions say what may be seen, nobody keeps an answer for a year: a gate that closes closes at once.
    """
    tag = hashlib.sha256(
        f"{VERSION} {release.id} {decided} {request.url.path}?{request.url.query}".encode()
    ).hexdigest()
    cached = _KEPT_FOR if release_id and not decided else "no-cache"
    return {"ETag": f'"{tag[:32]}"', "Cache-Control": cached, "X-Release": release.id}


def is_known(request: Request, headers: dict[str, str]) -> bool:
    """Whether the asker already holds this answer."""
    held = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return headers["ETag"] in held or "*" in held


def links(request: Request, page: Page) -> str:
    """The neighbours of a page, as a Link header."""
    wanted = {"first": 1, "prev": page.number - 1, "next": page.number + 1, "last": page.last}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    return ", ".join(
        f'<{request.url.path}?{urlencode([*kept, ("page", number)])}>; rel="{name}"'
        for name, number in wanted.items()
        if 1 <= number <= page.last
    )


def _add_failures(app: FastAPI) -> None:
    @app.middleware("http")
    async def always(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        answer = await call(request)
        answer.headers["API-Version"] = VERSION
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers.setdefault("Access-Control-Allow-Origin", "*")
        return answer

    @app.exception_handler(DataProblem)
    async def told(request: Request, problem: DataProblem) -> Response:
        return document(problem, request)

    @app.exception_handler(RequestValidationError)
    async def wrong(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:]) or "request"
        problem = DataProblem(
            "unknown_parameter", subject=place, expected=str(first["msg"]), remedy="see /v1/openapi.json"
        )
        return document(problem, request)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405:
            return JSONResponse(
                {"title": "read only", "status": 405, "code": "read_only", "detail": "GET and HEAD only."},
                405,
                headers=error.headers,
                media_type="application/problem+json",
            )
        problem = DataProblem(
            "unknown_address", subject="address", expected="one of /v1/openapi.json", remedy="see /v1"
        )
        return document(problem, request)


def _add_workplace(app: FastAPI, product: str, region: Region | None) -> None:
    @app.get("/v1/workplace", summary="For which region this service is, who takes part and whom to ask")
    def workplace() -> JSONResponse:
        told: dict[str, Any] = {"product": product, "region": None}
        if region:
            told["region"] = {
                "region_id": region.region_id,
                "name": region.name,
                "members": [{"level": level, "area": area} for level, area in region.members.named()],
                "partners": [partner.model_dump() for partner in region.partners],
                "contact": region.contact.model_dump(),
                "tokens": dict(region.look.tokens),
            }
        return JSONResponse(told, headers=_NO_STORE)


def _add_releases(app: FastAPI, releases: Releases) -> None:
    @app.get("/v1", summary="Where everything is")
    def start() -> dict[str, Any]:
        places = (
            *(
                "workplace",
                "releases",
                "themes",
                "indicators",
                "regions",
                "observations",
                "associations",
                "gaps",
                "notes",
                "raw/measures",
            ),
            *("raw/observations", "predictions", "openapi.json"),
        )
        return {"version": VERSION, "links": {place: f"/v1/{place}" for place in places}}

    @app.get("/v1/releases", summary="The releases that are kept, newest first")
    def kept() -> JSONResponse:
        return JSONResponse(
            {
                "items": [_told(releases.find(name)) for name in releases.ids()],
                "withdrawn": [
                    {"id": one.publication_id, "reason": one.reason, "at": one.at}
                    for one in releases.withdrawn()
                ],
            },
            headers=_NO_STORE,
        )

    @app.get("/v1/releases/{release_id}", summary="One release with its files and their sha256")
    def one(release_id: str) -> dict[str, Any]:
        return _told(releases.find(release_id))

    @app.get(
        "/v1/releases/{release_id}/files/{name:path}",
        summary="A file of a release, whole or in ranges, so that DuckDB attaches it from afar",
        response_class=FileResponse,
    )
    @app.head("/v1/releases/{release_id}/files/{name:path}", include_in_schema=False)
    def file(release_id: str, name: str) -> FileResponse:
        release = releases.find(release_id)
        files = _files(release)
        if name not in files:
            raise DataProblem(
                "unknown_address",
                subject="file",
                expected=f"one of {', '.join(sorted(files)[:3])}, …",
                remedy=f"see /v1/releases/{release.id}",
            )
        path, sha256, labels = files[name]
        kept_for = _KEPT_FOR
        if labels:
            releases.require_openbaar(release, labels)
            kept_for = "no-cache" if releases.decided(release, releases.outside(release)) else _KEPT_FOR
        return FileResponse(path, headers={"ETag": f'"{sha256[:32]}"', "Cache-Control": kept_for})


def _files(release: Publication) -> dict[str, tuple[Path, str, tuple[str, ...]]]:
    """Per name the file of a release, its sha256 and the tables that it has rows of (none for words and for what open sources
    delivered); only what the manifest names can be had.
    """
    labels: dict[str, list[str]] = {}
    found: dict[str, tuple[Path, str, tuple[str, ...]]] = {}
    for table in release.manifest["tables"]:
        told, label = table["parquet"], f"{table['schema']}.{table['name']}"
        name = f"parquet/{told['path']}"  # of two tables, where one is a part of the other
        labels.setdefault(name, []).append(label)
        found[name] = (release.parquet_dir / told["path"], str(told["sha256"]), tuple(labels[name]))
    whole, every = release.manifest["file"], tuple(label for names in labels.values() for label in names)
    found = {str(whole["name"]): (release.path, str(whole["sha256"]), every), **found}
    for name, sha256 in release.manifest.get("descriptions", {}).items():
        found[f"parquet/{name}"] = (release.parquet_dir / name, str(sha256), ())
    return {**found, **{name: (*known, ()) for name, known in raw_files(release).items()}}


def _told(release: Publication) -> dict[str, Any]:
    manifest = release.manifest
    return {
        "id": release.id,
        "published_at": manifest["published_at"],
        "title": release.title,
        "mode": release.mode,
        "previous": manifest.get("previous"),
        "permanent_id": manifest.get("permanent_id"),
        "citation": manifest.get("citation"),
        "files": [
            {"name": name, "href": f"/v1/releases/{release.id}/files/{name}", "sha256": sha256}
            for name, (_, sha256, _) in _files(release).items()
        ],
    }


def _add_questions(app: FastAPI, desk: Desk) -> None:
    @app.get("/v1/themes", summary="Themes with how many indicators, determinants and outcomes take part")
    def all_themes(
        request: Request, release: Release = None, number: Number = 1, size: Size = 100, kind: Kind = "json"
    ) -> Response:
        return desk.page(request, release, kind, lambda con: themes.of_release(con, number, size))

    @app.get("/v1/indicators", summary="Indicators, determinants and outcomes")
    def indicators(
        request: Request, mart: Mart = None, text: Text = None, theme: Text = None, release: Release = None,
        number: Number = 1, size: Size = 100, kind: Kind = "json",
    ) -> Response:  # fmt: skip
        return desk.page(
            request, release, kind, lambda con: questions.indicators(con, mart, text, theme, number, size)
        )

    @app.get("/v1/indicators/{indicator_id}", summary="One indicator with its years and levels")
    def indicator(request: Request, indicator_id: str, release: Release = None) -> Response:
        return desk.one(request, release, lambda con: questions.indicator(con, indicator_id))

    @app.get("/v1/regions", summary="Areas of now")
    def regions(
        request: Request, level: Level | None = None, text: Text = None, release: Release = None,
        number: Number = 1, size: Size = 100, kind: Kind = "json",
    ) -> Response:  # fmt: skip
        return desk.page(
            request, release, kind, lambda con: questions.regions(con, level, text, number, size)
        )

    @app.get("/v1/regions/{code}", summary="One area of now")
    def region(request: Request, code: str, release: Release = None) -> Response:
        return desk.one(request, release, lambda con: questions.region(con, code))

    @app.get("/v1/observations", summary="Figures with margins, status, verdict, trend and caveats")
    def observations(
        request: Request,
        indicator: Names = None,
        region: Names = None,
        level: Level | None = None,
        within: Annotated[str | None, Query(max_length=20, description="Areas that lie in this one.")] = None,
        year: Annotated[list[int] | None, Query(max_length=MOST_VALUES)] = None,
        age_band: Annotated[str | None, Query(max_length=20)] = None,
        sex: Literal["total", "men", "women"] | None = None,
        default: Annotated[bool, Query(description="One row per indicator, area and year.")] = True,
        sort: Annotated[
            Sort,
            Query(
                description="By value only what may be ranked; areas of few residents have no place and come last."
            ),
        ] = "region_code",
        release: Release = None,
        number: Number = 1,
        size: Size = 1000,
        kind: Kind = "json",
    ) -> Response:
        is_default = default and age_band is None and sex in (None, "total")
        wanted = Wanted(
            tuple(indicator or ()), tuple(region or ()), level, within, tuple(_year(y) for y in year or ()),
            age_band, sex, is_default,
        )  # fmt: skip
        return desk.page(
            request, release, kind, lambda con: questions.observations(con, wanted, sort, number, size)
        )

    @app.get("/v1/associations", summary="The correlation of two indicators over areas, or why there is none")
    def association(
        request: Request,
        first: Annotated[str, Query(max_length=100)],
        second: Annotated[str, Query(max_length=100)],
        level: Literal["gemeente", "wijk"] = "gemeente",
        year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
        release: Release = None,
    ) -> Response:
        return desk.one(
            request, release, lambda con: associations.association(con, first, second, level, year)
        )

    @app.get(
        "/v1/predictions", summary="What risk models expect per area; only while a decision to use them holds"
    )
    def predictions(
        model: Text = None, region: Text = None, level: Literal["wijk", "gemeente"] | None = None,
        release: Release = None, number: Number = 1, size: Size = 1000, kind: Kind = "json",
    ) -> Response:  # fmt: skip
        return desk.predicted(
            release, kind, lambda con: questions.predictions(con, model, region, level, number, size)
        )

    @app.get("/v1/gaps", summary="What matters and has no figures")
    def gaps(
        request: Request, release: Release = None, number: Number = 1, size: Size = 100, kind: Kind = "json"
    ) -> Response:
        return desk.page(request, release, kind, lambda con: questions.gaps(con, number, size))


def _add_notes(app: FastAPI, releases: Releases) -> None:
    @app.get(
        "/v1/notes",
        summary="What people made of exactly these figures, with the figure then and now; never a name",
    )
    def people_notes(
        indicator: Names = None,
        region: Names = None,
        year: Annotated[list[int] | None, Query(max_length=MOST_VALUES)] = None,
        number: Number = 1,
        size: Size = 100,
        kind: Kind = "json",
    ) -> Response:
        release = releases.find()
        withdrawn = [one.publication_id for one in releases.withdrawn()]
        with closing(releases.cursor(release)) as con:
            page = notes.notes(
                con, get_settings(), withdrawn, release.id, indicator or (), region or (),
                [_year(y) for y in year or ()], number, size,
            )  # fmt: skip
        headers = {"Cache-Control": "no-store", "X-Release": release.id, "X-Total-Count": str(page.total)}
        return Response(written(page, release.id, kind), headers=headers, media_type=MEDIA[kind])


def _add_raw(app: FastAPI, desk: Desk) -> None:
    @app.get("/v1/raw/measures", summary="Every measure that an open source delivered, with its label")
    def measures(
        request: Request, source: Text = None, text: Text = None, release: Release = None,
        number: Number = 1, size: Size = 100, kind: Kind = "json",
    ) -> Response:  # fmt: skip
        return desk.page(
            request, release, kind, lambda con: raw.measures(con, source, text, number, size), raw=True
        )

    @app.get("/v1/raw/observations", summary="The figures of one measure as they were delivered")
    def delivered(
        request: Request,
        source: Annotated[str, Query(max_length=100, description="A source_id.")],
        measure: Annotated[str, Query(max_length=200, description="A measure_code.")],
        region: Names = None,
        level: Level | None = None,
        year: Annotated[list[int] | None, Query(max_length=MOST_VALUES)] = None,
        release: Release = None,
        number: Number = 1,
        size: Size = 1000,
        kind: Kind = "json",
    ) -> Response:
        wanted = raw.Delivered(
            source, measure, tuple(region or ()), level, tuple(_year(y) for y in year or ())
        )
        return desk.page(
            request, release, kind, lambda con: raw.observations(con, wanted, number, size), raw=True
        )


def _year(year: int) -> int:
    """A year that can be one.

    Raises:
        DataProblem: `unknown_parameter`.
    """
    if not 1900 <= year <= 2200:
        raise DataProblem("unknown_parameter", subject="year", expected="a year from 1900 to 2200")
    return year
