"""Reads report files as a reader sees them: from a PDF the letters with their places, from a Word file its tables."""

from __future__ import annotations

import io
import re
from typing import NamedTuple

Years = dict[tuple[str, int], str]  # name of a figure and year: what is written there


class Words(NamedTuple):
    """A piece of text on a page: what it says, and its edges."""

    text: str
    left: float
    base: float
    right: float
    top: float

    def is_beside(self, other: Words) -> bool:
        """Whether both stand on one line: a dash is lower and higher than letters are."""
        return other.base - 1 < (self.base + self.top) / 2 < other.top + 1


def pieces(pdf: bytes) -> list[list[Words]]:
    """Per page the pieces of text with their places."""
    import pypdfium2

    found = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        text = page.get_textpage()
        rects = [text.get_rect(place) for place in range(text.count_rects())]
        found.append([Words(text.get_text_bounded(*rect).strip(), *rect) for rect in rects])
    document.close()
    return found


def years_of_pdf(pdf: bytes) -> Years:
    """The tables of years: a cell belongs to the year whose header ends at the same place above it."""
    found: Years = {}
    for page in pieces(pdf):
        names = [words for words in page if words.text == "Cijfer"]
        ends = min([w.top for w in page if w.text.startswith("≈ is")], default=0.0)
        for name in names:
            columns = {int(w.text): w.right for w in page if _is_year(w.text) and w.is_beside(name)}
            floor = max([other.top for other in names if other.top < name.base], default=ends)
            rows = [w for w in page if abs(w.left - name.left) < 1 and floor < w.base < name.base - 2]
            for title in rows:
                for words in (w for w in page if columns and w.left > title.right and w.is_beside(title)):
                    year = min(columns, key=lambda year: abs(columns[year] - words.right))
                    assert abs(columns[year] - words.right) < 2.5, f"{words} stands under no year"
                    found[title.text.split(" (")[0], year] = words.text
    return found


def _is_year(words: str) -> bool:
    return re.fullmatch(r"(19|20)\d\d", words) is not None


def years_of_docx(content: bytes) -> Years:
    """The tables of years in a Word file."""
    import docx

    found: Years = {}
    for table in docx.Document(io.BytesIO(content)).tables:
        header, *rows = [[cell.text for cell in row.cells] for row in table.rows]
        if not all(re.fullmatch(r"\d{4}", name) for name in header[1:]):
            continue
        for title, *cells in rows:
            for year, cell in zip(header[1:], cells, strict=True):
                if cell:
                    found[title.split(" (")[0], int(year)] = cell
    return found
