"""Reading a page of the public site as a reader sees it: its tables, first figures and numbers in a text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_NUMBER = re.compile(r"[-−]?\d[\d.,]*")
TINY = 1e-9


class Page(HTMLParser):
    """The parts of a page that hold numbers."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.links: list[str] = []  # of the first cell of each row
        self.tiles: list[tuple[str, str]] = []
        self.data: list[tuple[float, str, str]] = []
        self._open: list[str] = []
        self._text: list[str] | None = None
        self._cell = ""
        self._about: tuple[float, str] | None = None
        self._link = ""
        self._tile = ["", ""]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag in ("td", "th", "tr"):
            self._end_cell()
        if tag == "tr":
            self.rows.append([])
            self._link = ""
        elif tag in ("th", "td", "h3", "strong", "data"):
            self._text = []
            self._cell = tag if tag in ("th", "td") else ""
            if tag == "data":
                self._about = float(of["value"] or "nan"), of["data-of"] or ""
        elif tag == "a" and self.rows and not self.rows[-1]:
            self._link = of.get("href") or ""
        elif tag == "article" and of.get("class") == "dw-fig":
            self._tile = ["", ""]

    def handle_endtag(self, tag: str) -> None:
        told = "".join(self._text or ()).strip()
        if tag in ("th", "td", "tr", "tbody", "thead", "table"):
            self._end_cell()
        elif tag == "h3":
            self._tile[0] = told
        elif tag == "strong":
            self._tile[1] = told
        elif tag == "data" and self._about:
            self.data.append((*self._about, told))
        elif tag == "article" and self._tile[0]:
            self.tiles.append((self._tile[0], self._tile[1]))
            self._tile = ["", ""]
        if tag in ("h3", "strong", "data"):
            self._text = None

    def _end_cell(self) -> None:
        """A cell ends where it says so, and where the next one begins: HTML lets its end out."""
        if self._cell and self._text is not None:
            self.rows[-1].append("".join(self._text).strip())
            if self._cell == "th":
                self.links.append(self._link)
            self._cell, self._text = "", None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    @property
    def body(self) -> list[list[str]]:
        """The rows of tables without their headers."""
        return [row for row in self.rows if row and len(row) > 1 and row != self.rows[0]]


def number(shown: str, language: str) -> tuple[float, int] | None:
    """The first number in a text, and its decimals; None where there is none."""
    found = _NUMBER.search(shown.replace("\u202f", "").replace("\xa0", " "))
    if not found:
        return None
    thousands, mark = (".", ",") if language == "nl" else (",", ".")
    text = found[0].rstrip(".,").replace(thousands, "").replace(mark, ".").replace("−", "-")
    return float(text), len(text.partition(".")[2])


def rounds_to(value: float | None, told: tuple[float, int] | None) -> bool:
    """Whether a figure, written with so many decimals, is the number that is told."""
    return value is not None and told is not None and abs(told[0] - value) <= 0.5 * 10 ** -told[1] + TINY
