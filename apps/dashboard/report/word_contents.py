"""The table of contents of a Word file: a field that Word can renew, filled beforehand with a link to each chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.dashboard.report.model import Block, Heading

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

DEPTH = 1
# Without page numbers, which only Word knows: so nothing has to be renewed, and Word asks nothing, when the file is opened.
FIELD = rf'TOC \o "1-{DEPTH}" \h \z \n'


def add(word: WordDocument, title: str, blocks: tuple[Block, ...]) -> None:
    """The list of chapters, each a link to the bookmark that `mark` sets at its heading."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    word.add_paragraph(title, style="TOC Heading")
    chapters = [block.words for block in blocks if isinstance(block, Heading) and block.level <= DEPTH]
    for number, words in enumerate(chapters):
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        if number == 0:
            _field_part(paragraph, "begin")
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = FIELD
            paragraph.add_run()._r.append(code)
            _field_part(paragraph, "separate")
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), bookmark(number))
        link.set(qn("w:history"), "1")
        run = paragraph.add_run(words)
        link.append(run._r)
        paragraph._p.append(link)
        if number == len(chapters) - 1:
            _field_part(paragraph, "end")


def bookmark(number: int) -> str:
    """The name of the place of a chapter, in the form that Word gives such names itself."""
    return f"_Toc{number + 1:08d}"


def mark(heading: Any, number: int) -> None:
    """Make a heading the place that the list links to."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number + 1))
    start.set(qn("w:name"), bookmark(number))
    first = heading.runs[0]._r
    first.addprevious(start)
    heading._p.append(end)


def _field_part(paragraph: Any, kind: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(part)
