"""Failures as problem documents (RFC 9457): a code, a sentence in the asker's language, what was expected and what to do."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import JSONResponse

from datawerkplaats.base.errors import PROBLEMS, DataProblem, Language

# What is not named here is a fault of ours.
STATUS = {
    "unknown_parameter": 400,
    "not_ranked": 400,
    "unknown_indicator": 404,
    "indicator_without_figures": 404,
    "unknown_area": 404,
    "unknown_source": 404,
    "unknown_measure": 404,
    "raw_absent": 404,
    "year_without_figures": 404,
    "page_beyond_end": 404,
    "unknown_address": 404,
    "area_ended": 410,
    "no_publication": 404,
    "publication_withdrawn": 410,
    "predictions_absent": 404,
    "predictions_closed": 403,
    "not_openbaar": 403,
    "not_allowed": 403,
    "store_unavailable": 503,
    "service_busy": 503,
    "publication_damaged": 503,
}


def language_of(request: Request) -> Language:
    """Dutch, unless English is asked for first."""
    return "en" if request.headers.get("accept-language", "nl").strip().lower().startswith("en") else "nl"


def document(problem: DataProblem, request: Request) -> JSONResponse:
    """The problem document of a problem."""
    language = language_of(request)
    status = STATUS.get(problem.code, 500)
    body = {
        "type": f"urn:datawerkplaats:problem:{problem.code}",
        "title": PROBLEMS[problem.code][language],
        "status": status,
        "detail": problem.sentence(language),
        "instance": request.url.path,
        "code": problem.code,
        "expected": problem.expected or None,
        "found": problem.found or None,
        "remedy": problem.remedy or None,
    }
    headers = {"Content-Language": language, "Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = "2"
    return JSONResponse(body, status, headers, media_type="application/problem+json")
