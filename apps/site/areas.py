"""The page of one gemeente or wijk, and its figures as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from apps.dashboard.components import markup
from apps.dashboard.data import cube
from apps.dashboard.data.release import Row
from apps.dashboard.profile import area_beside, area_html
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.standout import Standing
from apps.dashboard.wording.figures import Format, decimals_of
from apps.dashboard.wording.helplines import helplines
from apps.dashboard.wording.numbers import NO_VALUE
from apps.dashboard.wording.texts import text
from apps.site import given
from apps.site.shell import Place


def content(
    page: AreaPage,
    place: Place,
    maps: Mapping[str, str],
    predicted: Sequence[Row] = (),
    *,
    has_borders: bool = False,
) -> str:
    """The main part of the page of an area.

    Args:
        page: The area.
        place: Where links lead.
        maps: By indicator the path of its map, from the folder of the language.
        predicted: What a model predicts of it and a decision opens to everybody.
        has_borders: Whether the borders of its wijken are a file.
    """
    language = page.context.language

    def to_map(item: Standing) -> str:
        path = maps.get(item.line.indicator, "")
        return f"../{path}" if path else ""

    found = area_beside.wijken_map(page)
    beside = (found[0] if found else "") + area_beside.year_line_of(page)
    rows = page.indicator_texts.rows
    shown = dict.fromkeys(line.indicator for line in page.all_lines)
    help_lines = "".join(
        markup.note(words, "warn") for words in helplines(page.context, [rows[one] for one in shown])
    )
    return (
        f"{_above(page)}<h1>{escape(str(page.area['name']))}</h1>"
        f'<div class="columns"><div><h2 class="dw-area-lead">{escape(area_html.lead(page))}</h2>{area_html.below_lead(page)}'
        f"{area_html.tiles(page, to_map)}</div>"
        f'<aside aria-label="{escape(text("site.maps", language))}">{beside}</aside></div>{help_lines}'
        f"<h2>{escape(text('gebied.rest_title', language))}</h2>{area_html.rest(page)}"
        f"{_predicted(page, predicted)}{_wijken(page)}{_sources(page)}{_ways_on(page, place)}{_take(page, place, has_borders)}"
    )


def _above(page: AreaPage) -> str:
    gemeente = page.area["gemeente_code"]
    if page.level != "wijk" or not gemeente:
        return ""
    return f'<p class="above"><a href="{escape(str(gemeente))}.html">{escape(str(page.area["gemeente_name"]))}</a></p>'


def _wijken(page: AreaPage) -> str:
    """The wijken of a gemeente, in alphabetical order."""
    if page.level != "gemeente":
        return ""
    inside = [
        row for row in cube.regions(page.context.release, "wijk") if row["gemeente_code"] == page.area["code"]
    ]
    if not inside:
        return ""
    title = text("site.wijken_of", page.context.language, area=page.area["name"])
    return f"<h2>{escape(title)}</h2>{linked(inside, '')}"


def linked(areas: list[Row], folder: str) -> str:
    """Areas as a list of links, by name."""
    items = "".join(
        f'<li><a href="{folder}{escape(row["code"])}.html">{escape(row["name"])}</a></li>'
        for row in sorted(areas, key=lambda row: str(row["name"]).lower())
    )
    return f'<ul class="areas">{items}</ul>'


def _sources(page: AreaPage) -> str:
    rows = page.indicator_texts.rows
    told = dict.fromkeys(
        f"{page.context.title_of(rows[line.indicator], 'source_title')} ({rows[line.indicator]['publisher']},"
        f" {rows[line.indicator]['licence']})"
        for line in page.all_lines
    )
    items = "".join(f"<li>{escape(source)}</li>" for source in told)
    summary = escape(text("site.sources", page.context.language))
    return f'<details class="dw-fold"><summary>{summary}</summary><ul>{items}</ul></details>'


def _ways_on(page: AreaPage, place: Place) -> str:
    language, code = page.context.language, escape(str(page.area["code"]))
    links = [f'<a href="../../{figures_path(code)}">{escape(text("site.data", language))}</a>']
    if page.level == "gemeente":
        links.append(f'<a href="{code}.pdf">{escape(text("een_a4.pdf", language))}</a>')
    if place.app:
        there = f"{place.app}/?lang={language}&gebied={code}"
        links.insert(0, f'<a href="{escape(there)}">{escape(text("site.interactive", language))}</a>')
    return f'<p class="ways">{" · ".join(links)}</p>'


def _predicted(page: AreaPage, rows: Sequence[Row]) -> str:
    """What a model predicts, apart from every figure and said to be that."""
    if not rows:
        return ""
    context, language = page.context, page.context.language
    header = [
        text(f"profiel.column_{name}", language, reference="") for name in ("indicator", "value", "margin")
    ]
    cells = []
    for row in rows:
        style = Format(str(row["unit"]), decimals_of(row, True), language)
        shown = style.value(row["value"]), style.interval(row["lower"], row["upper"]) or NO_VALUE
        cells.append((f"{context.title_of(row)} · {row['year']}", f"≈ {shown[0]}", shown[1]))
    note = markup.note(text("site.predicted_note", language), "warn")
    title = escape(text("site.predicted", language))
    return f'<section class="predicted"><h2>{title}</h2>{note}{markup.table(header, cells)}</section>'


def _take(page: AreaPage, place: Place, has_borders: bool) -> str:
    """What others may take along of a gemeente."""
    if page.level != "gemeente":
        return ""
    language, code = page.context.language, str(page.area["code"])
    links = [(text("site.data", language), f"../../{figures_path(code)}")]
    if has_borders:
        links.append((text("site.take_wijken", language), f"../../{borders_path(code)}"))
    links.append((text("site.embed_page", language), f"../insluiten/{code}.html"))
    return given.ways(iter(links), code, str(page.area["name"]), language, place)


def block(page: AreaPage, address: str) -> str:
    """The figures of a gemeente for another page: name, what stands out, its figures, and a way to all of them."""
    language = page.context.language
    more = f'<p><a href="{escape(address)}" target="_top">{escape(text("site.embed_more", language))}</a></p>'
    return (
        f"<h1>{escape(str(page.area['name']))}</h1>"
        f'<h2 class="dw-area-lead">{escape(area_html.lead(page))}</h2>'
        f"{area_html.tiles(page, lambda _: '')}{more}"
    )


def figures_path(code: str) -> str:
    """Where the figures of an area lie, from the site's root on."""
    return f"cijfers/{code}.json"


def borders_path(code: str) -> str:
    """Where the borders of the wijken of a gemeente lie."""
    return f"grenzen/{code}.geojson"


def a4_of(area: Row, language: str) -> str:
    """Where the A4 of a gemeente lies, from the site's root on."""
    return f"{language}/gebied/{area['code']}.pdf"


def a4(page: AreaPage, place: Place) -> bytes:
    """The page of a gemeente on one A4; its code leads to the page on the site, else to the interactive place."""
    from apps.dashboard.report.one_pager import as_one_page

    language, code = page.context.language, page.area["code"]
    there = f"{place.site}/{language}/gebied/{code}.html" if place.site else ""
    if not there and place.app:
        there = f"{place.app}/?lang={language}&gebied={code}"
    return as_one_page(page, "pdf", there)


def figures(page: AreaPage, predicted: Sequence[Row] = ()) -> str:
    """Every figure of an area as JSON, as it stands in the release: nothing rounded; what is predicted apart."""
    told = [
        {
            name: value
            for name, value in (
                ("indicator", line.indicator), ("year", line.year), ("period", line.when if line.when != str(line.year) else None),
                ("age", line.age), ("value", line.value),
                ("lower", line.lower), ("upper", line.upper), ("status", line.status), ("reason", line.reason),
                ("boundaries", line.restated[1] if line.restated else None),
            )
            if value is not None
        }
        for line in page.all_lines
    ]  # fmt: skip
    about = {
        "release": page.context.release.id,
        "area": page.area["code"],
        "name": page.area["name"],
        "figures": told,
    }
    if predicted:
        names = ("year", "age", "value", "lower", "upper")
        about["predicted"] = [
            {"indicator": row["indicator_id"]} | {name: row[name] for name in names if row[name] is not None}
            for row in predicted
        ]
    return given.as_json(about)
