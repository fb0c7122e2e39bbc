"""Small pieces of HTML that Streamlit has no widget for. Every value is escaped: a name in the data can never become markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

from apps.dashboard.components.charts.scale import CHANGED, DOUBT, HIDDEN, IN_DOUBT, MISSING, ColourClass
from datawerkplaats.base.errors import Language

STYLE = Path(__file__).parent / "style.css"


@lru_cache
def style() -> str:
    """The page's own style sheet as a style element."""
    return f"<style>{STYLE.read_text(encoding='utf-8')}</style>"


def page_language(language: Language) -> str:
    """A script that tells the browser the language of the page, so that it is read aloud in that language."""
    return f'<script>document.documentElement.lang = "{language}"</script>'


def embedded() -> str:
    """A script that marks a page which stands in a frame of another page of ours."""
    return "<script>document.documentElement.classList.add('dw-embedded')</script>"


def fictional_banner(title: str, sentence: str) -> str:
    """The banner of a fictional region; it cannot be closed."""
    return f'<div class="dw-fiction" role="note"><strong>{escape(title)}</strong> <span>{escape(sentence)}</span></div>'


def badge(label: str, kind: str) -> str:
    """A label with a meaning, such as 'modelschatting'; `kind` chooses its colours."""
    return f'<span class="dw-badge dw-{escape(kind)}">{escape(label)}</span>'


def badges(items: Sequence[tuple[str, str]]) -> str:
    """Labels next to each other."""
    return f'<p class="dw-badges">{" ".join(badge(label, kind) for label, kind in items)}</p>'


def note(sentence: str, kind: str = "plain") -> str:
    """A quiet remark under a chart."""
    return f'<p class="dw-note dw-note-{escape(kind)}">{escape(sentence)}</p>'


def notices(title: str, items: Sequence[tuple[str, str]]) -> str:
    """Remarks that need attention, each with its kind in bold."""
    lines = "".join(f"<li><b>{escape(kind)}.</b> {escape(sentence)}</li>" for kind, sentence in items)
    return f'<div class="dw-notices" role="note"><strong>{escape(title)}</strong><ul>{lines}</ul></div>'


def facts(items: Sequence[tuple[str, str]]) -> str:
    """Few figures with their names, large."""
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in items)
    return f'<dl class="dw-facts">{cells}</dl>'


def clock(name: str, shown: str, *, is_large: bool = False) -> str:
    """A clock with what it is of; it is not read aloud each time it changes."""
    large = " dw-clock-large" if is_large else ""
    return f'<p class="dw-clock{large}" role="timer" aria-live="off"><span>{escape(name)}</span> <b>{escape(shown)}</b></p>'


def definitions(items: Sequence[tuple[str, str]]) -> str:
    """Terms with their explanations; an item without explanation is left out."""
    rows = "".join(
        f"<div><dt>{escape(name)}</dt>{_paragraphs(value)}</div>" for name, value in items if value
    )
    return f'<dl class="dw-definitions">{rows}</dl>'


def _paragraphs(value: str) -> str:
    lines = [escape(line) for line in value.splitlines() if line.strip()]
    return f"<dd>{'<br>'.join(lines)}</dd>"


def swatch(background: str, label: str, count: str) -> str:
    """One entry of a legend."""
    return (
        f'<li><span class="dw-swatch" style="background:{escape(background)}" aria-hidden="true"></span>'
        f'{escape(label)} <span class="dw-count">{escape(count)}</span></li>'
    )


def legend(
    caption: str,
    classes: Sequence[ColourClass],
    counts: Sequence[str],
    others: Sequence[tuple[str, str, str]],
    *,
    striped: bool = True,
) -> str:
    """The map's legend: colour classes, and the states without a figure as (state, label, count)."""
    entries = [swatch(item.colour, item.label, count) for item, count in zip(classes, counts, strict=True)]
    entries += [swatch(state_background(state, striped), label, count) for state, label, count in others]
    return f'<div class="dw-legend"><p>{escape(caption)}</p><ul>{"".join(entries)}</ul></div>'


def state_background(state: str, striped: bool) -> str:
    """The fill of an area without a figure, as on the map."""
    if state == "missing":
        return MISSING
    if state == "doubt":
        return f"repeating-linear-gradient(45deg,{IN_DOUBT} 0 3px,{DOUBT} 3px 6px)"
    light, dark = HIDDEN if state == "suppressed" else CHANGED
    if not striped:
        return light if state == "suppressed" else dark
    return f"repeating-linear-gradient(45deg,{light} 0 4px,{dark} 4px 8px)"


def reference_keys(items: Sequence[tuple[str, bool]]) -> str:
    """The key of the reference lines above the bars: (name with figure, dashed)."""
    keys = "".join(
        f'<li><span class="dw-line {"dw-dashed" if dashed else ""}" aria-hidden="true"></span>{escape(name)}</li>'
        for name, dashed in items
    )
    return f'<ul class="dw-keys">{keys}</ul>'


def table(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """A small table that screen readers read row by row; the first cell of a row is its header."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    whole = f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="dw-table" style="--columns:{len(header)}" tabindex="0">{whole}</div>'


def coloured_table(header: Sequence[str], rows: Sequence[Sequence[str]], colours: Mapping[str, str]) -> str:
    """A table whose cells have the colour that belongs to the sign they begin with; the sign and the words say the same."""

    def cell(words: str) -> str:
        kind = colours.get(words[:1], "")
        return f'<td class="dw-cell-{kind}">{escape(words)}</td>' if kind else f"<td>{escape(words)}</td>"

    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in header)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(map(cell, row[1:]))}</tr>' for row in rows
    )
    whole = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="dw-table" style="--columns:{len(header)}" tabindex="0">{whole}</div>'


def area_card(name: str, subtitle: str, figure: str, figure_note: str, sentences: Sequence[str]) -> str:
    """The card of one area: its name, its figure and how it stands to region, country and gemeente."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return (
        f'<section class="dw-card"><h3>{escape(name)}</h3><p class="dw-sub">{escape(subtitle)}</p>'
        f'<p class="dw-figure">{escape(figure)} <span>{escape(figure_note)}</span></p><ul>{items}</ul></section>'
    )
