"""What a report says when its figures cannot be read: a sentence with a way on, in the format that was asked for."""

from __future__ import annotations

from apps.dashboard.report.model import Document, Heading, Paragraph
from apps.dashboard.report.request import Request
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem


def cannot(request: Request, error: DataProblem) -> Document:
    """A report of one page: why there is none. Somebody who pressed a button is no longer looking at a page."""
    language, release = request.context.language, request.context.release.id
    return Document(
        title=text("rapport.document_title", language, area=request.full_name),
        subtitle="",
        language=language,
        author=request.context.product,
        keywords=(request.name, release),
        running=text("rapport.running", language, area=request.full_name, release=release),
        page_words=text("rapport.page_words", language),
        contents_title=text("rapport.contents", language),
        blocks=(
            Heading(1, text("rapport.cannot_title", language)),
            Paragraph(text("rapport.cannot", language), "warn"),
            Paragraph(error.sentence(language), "note"),
        ),
    )
