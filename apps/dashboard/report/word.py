"""A document as a Word file: real headings, a list of chapters, header rows that repeat, charts with alternative texts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from apps.dashboard.components.chart_files import bare_svg, png_of
from apps.dashboard.report import word_contents
from apps.dashboard.report.model import Contents, Document, Facts, Figure, Heading, Paragraph, Points, Table
from datawerkplaats.catalogue.looks import picture_of

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

FONT, QUIET = "Calibri", "414E5B"
TEXT_WIDTH = 17.0  # centimetres between the margins of A4
CHART_WIDTH = 680
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_FILLS = {"lead": "EEF4FA", "warn": "FFF6E0"}


def as_docx(document: Document) -> bytes:
    """The report as the bytes of a Word file."""
    import docx

    word = docx.Document()
    _prepare(word, document)
    _logo(word, document)
    word.add_paragraph(document.title, style="Title")
    word.add_paragraph(document.subtitle, style="Subtitle")
    figures = chapters = 0
    for block in document.blocks:
        match block:
            case Heading(level, words, starts_page):
                heading = word.add_heading(words, level)
                heading.paragraph_format.page_break_before = starts_page
                if level <= word_contents.DEPTH:
                    word_contents.mark(heading, chapters)
                    chapters += 1
            case Contents():
                word_contents.add(word, document.contents_title, document.blocks)
            case Paragraph(words, kind):
                _paragraph(word, words, kind)
            case Points(items):
                _points(word, items)
            case Facts(items):
                _facts(word, items)
            case Table():
                _table(word, block)
            case Figure():
                figures += 1
                _figure(word, block, figures)
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def _logo(word: WordDocument, document: Document) -> None:
    """The region's logo above the title, where it has one."""
    from docx.shared import Cm

    if document.logo is None:
        return
    kind, drawn = picture_of(document.logo)
    picture = word.add_picture(io.BytesIO(drawn if kind == "png" else png_of(drawn.decode())), height=Cm(1.4))
    picture._inline.docPr.set("descr", document.region)


def _prepare(word: WordDocument, document: Document) -> None:
    """Page, typeface, language, properties and the foot of the page."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    properties = word.core_properties
    properties.title, properties.author = document.title, document.author
    properties.subject, properties.keywords = document.subtitle, ", ".join(document.keywords)
    properties.language = "nl-NL" if document.language == "nl" else "en-GB"
    properties.comments = ""
    names = ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "TOC Heading", "Caption")
    for name, size in zip(names, (10, 24, 12, 16, 13, 13, 9), strict=True):
        style = word.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.italic, style.font.bold = False, "Heading" in name
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            if "Theme" in key:
                del fonts.attrib[key]
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(
                QUIET if name in ("Subtitle", "Caption") else document.accent.removeprefix("#")
            )
    language = word.styles["Normal"].element.get_or_add_rPr().makeelement(qn("w:lang"))
    language.set(qn("w:val"), properties.language)
    word.styles["Normal"].element.get_or_add_rPr().append(language)
    foot = section.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{document.running}\t")
    before, rest = document.page_words.split("{page}")
    between, after = rest.split("{pages}")
    foot.add_run(before)
    _field(foot, "PAGE")
    foot.add_run(between)
    _field(foot, "NUMPAGES")
    foot.add_run(after)
    for run in foot.runs:
        run.font.size = Pt(8)


def _field(paragraph: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run("1")
    run.font.size = Pt(8)
    field.append(run._r)
    paragraph._p.append(field)


def _paragraph(word: WordDocument, words: str, kind: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    paragraph = word.add_paragraph()
    run = paragraph.add_run(words)
    if kind == "note":
        run.font.size, run.font.color.rgb = Pt(9), RGBColor.from_string(QUIET)
    if kind in _FILLS:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), _FILLS[kind])
        paragraph._p.get_or_add_pPr().append(shade)
        run.font.size = Pt(11 if kind == "lead" else 10)


def _points(word: WordDocument, items: Iterable[str]) -> None:
    for item in items:
        word.add_paragraph(item, style="List Bullet")


def _facts(word: WordDocument, items: Iterable[tuple[str, str]]) -> None:
    from docx.shared import Pt

    for name, value in items:
        line = word.add_paragraph()
        line.paragraph_format.space_after = Pt(3)
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)


def _figure(word: WordDocument, figure: Figure, number: int) -> None:
    from docx.shared import Cm

    svg = bare_svg(figure.drawing.spec, CHART_WIDTH)
    picture = word.add_picture(io.BytesIO(png_of(svg)), width=Cm(TEXT_WIDTH))
    _describe(word, picture, svg.encode(), figure.drawing.description, number)
    word.paragraphs[-1].paragraph_format.keep_with_next = True
    word.add_paragraph(figure.caption, style="Caption")


def _table(word: WordDocument, table: Table) -> None:
    """A table whose first row is a header for screen readers and is repeated on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    caption = word.add_paragraph(table.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    made = word.add_table(rows=0, cols=len(table.header), style="Light List Accent 1")
    made.autofit = False
    shares = [Cm(TEXT_WIDTH * width / sum(table.widths)) for width in table.widths]
    for column, share in zip(made.columns, shares, strict=True):
        column.width = share
    for number, cells in enumerate((table.header, *table.rows)):
        row = made.add_row()
        for name in ("w:cantSplit", *(("w:tblHeader",) if number == 0 else ())):
            row._tr.get_or_add_trPr().append(OxmlElement(name))
        for index, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = shares[index]
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(words)
            run.font.size = Pt(8)
            if number:
                run.font.bold = False
            if index in table.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    described = made._tbl.tblPr.makeelement(qn("w:tblDescription"))
    described.set(qn("w:val"), table.caption)
    made._tbl.tblPr.append(described)
    word.add_paragraph()


def _describe(word: WordDocument, picture: Any, svg: bytes, description: str, number: int) -> None:
    """Give a picture its alternative text and, beside the pixels, the vectors that newer versions of Word draw."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    picture._inline.docPr.set("descr", description)
    part = Part(PackURI(f"/word/media/chart{number}.svg"), "image/svg+xml", svg, word.part.package)
    identity = word.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    blip = picture._inline.graphic.graphicData.pic.blipFill.find(qn("a:blip"))
    blip.append(
        parse_xml(
            f'<a:extLst {nsdecls("a", "r")}><a:ext uri="{_SVG_EXTENSION}">'
            f'<asvg:svgBlip xmlns:asvg="{_SVG}" r:embed="{identity}"/></a:ext></a:extLst>'
        )
    )
