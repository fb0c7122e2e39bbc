"""What a delivery would change in the published figures, as the next release would show it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data.cube import known_region
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import has_text, plural, text
from datawerkplaats.catalogue import Source
from datawerkplaats.partners.deliveries import problem_of

MOST = 200


def show(context: Context, source: Source, effect: dict[str, Any]) -> None:
    """The sentence, the numbers and the cells."""
    language = context.language
    if held := effect.get("held"):
        st.html(markup.note(text("leveren.held", language), "warn"))
        st.html(markup.note(problem_of(held).sentence(language), "warn"))
        return
    numbers, cells = effect["numbers"], effect["cells"]
    st.markdown(
        plural(
            "leveren.changed", numbers["changed"], language, all=format_number(numbers["cells"], 0, language)
        )
    )
    st.html(
        markup.facts(
            [
                (text(f"leveren.number_{name}", language), format_number(numbers[name], 0, language))
                for name in ("changed", "new", "gone", "hidden_before", "hidden")
            ]
        )
    )
    if numbers["gone"]:
        st.html(markup.note(text("leveren.gone_note", language), "warn"))
    if numbers["not_told"]:
        st.html(markup.note(plural("leveren.not_told", numbers["not_told"], language), "warn"))
    st.caption(text("leveren.as_of", language, release=effect["served"]))
    if cells:
        st.html(_table(context, source, cells[:MOST]))
    if len(cells) > MOST:
        st.caption(text("leveren.more", language, most=MOST))


def _table(context: Context, source: Source, cells: list[dict[str, Any]]) -> str:
    language, texts = context.language, IndicatorTexts(context)
    header = [text(f"leveren.cell_{name}", language) for name in ("area", "figure", "before", "after")]
    rows = []
    for cell in cells:
        indicator = str(cell["indicator_id"])
        region = known_region(context.release, str(cell["region_code"]))
        title = texts.title(indicator) if indicator in texts.rows else indicator
        rows.append(
            [
                str(region["name"]) if region else str(cell["region_code"]),
                f"{title}, {cell['year']}, {_who(cell, language)}",
                _said(texts, cell, "before", bool(cell["was_there"]), language),
                _said(texts, cell, "after", bool(cell["is_there"]), language),
            ]
        )
    return markup.table(header, rows)


def _who(cell: dict[str, Any], language: Any) -> str:
    age = str(cell["age_band"])
    ages = text("leveren.all_ages", language) if age == "all" else age
    sex = str(cell["sex"])
    return ages if sex == "total" else f"{ages}, {text(f'leveren.sex_{sex}', language)}"


def _said(texts: IndicatorTexts, cell: dict[str, Any], when: str, is_there: bool, language: Any) -> str:
    """The figure with its bounds as a page writes it; or that it is hidden, absent or not told."""
    if not is_there:
        return text("leveren.absent", language)
    if when == "after" and not cell["is_told"]:
        return text("leveren.untold", language)
    value, status = cell[f"value_{when}"], cell[f"value_status_{when}"]
    if value is None:
        key = f"leveren.status_{status}"
        return text(key if has_text(key) else "leveren.status_missing", language)
    indicator = str(cell["indicator_id"])
    style = texts.style(indicator, False) if indicator in texts.rows else None
    decimals = style.decimals if style else 1
    # The name of the figure says what is counted; a sign such as % stands at every figure.
    written = style.value(value) if style and style.is_short else format_number(value, decimals, language)
    lower, upper = cell[f"lower_{when}"], cell[f"upper_{when}"]
    if lower is None or upper is None:
        return written
    low, high = (format_number(bound, decimals, language) for bound in (lower, upper))
    return f"{written} ({low}–{high})"
