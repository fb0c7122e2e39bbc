"""A report as a neutral document: headings, paragraphs, tables and figures that each writer turns into its own format."""

from __future__ import annotations

from dataclasses import dataclass

from apps.dashboard.components.chart_files import Drawing
from datawerkplaats.base.errors import Language
from datawerkplaats.catalogue.looks import HOUSE


@dataclass(frozen=True)
class Heading:
    """A real heading: level 1 for a chapter, 2 inside it."""

    level: int
    words: str
    starts_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Words in a paragraph: plain, `lead` (the summary), `note` (quiet) or `warn` (must be seen)."""

    words: str
    kind: str = "plain"


@dataclass(frozen=True)
class Points:
    """A list of points."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Names with their values, such as sources or definitions."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table with a header row; `numeric` columns are set to the right, `widths` are shares of the page."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Figure:
    """A chart with its caption; what it shows in words is the text for who cannot see it."""

    drawing: Drawing
    caption: str


@dataclass(frozen=True)
class Contents:
    """The place of the table of contents."""


Block = Contents | Heading | Paragraph | Points | Facts | Table | Figure


@dataclass(frozen=True)
class Document:
    """A report, ready to be written."""

    title: str
    subtitle: str
    language: Language
    author: str
    keywords: tuple[str, ...]
    running: str  # at the foot of every page
    page_words: str  # 'Pagina {page} van {pages}'
    contents_title: str
    blocks: tuple[Block, ...]
    accent: str = HOUSE["utrecht.link.color"]  # of headings and links: the region's own colour
    logo: str | None = None  # of the region, as an address within a page
    region: str = ""  # the name that the logo stands for
