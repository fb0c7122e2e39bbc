"""The legend of the map: its classes, what has no figure, and where a colour says more than is known."""

from __future__ import annotations

from collections.abc import Hashable

from apps.dashboard.components import markup
from apps.dashboard.components.charts import choropleth, scale
from apps.dashboard.components.map_data import PreparedMap
from apps.dashboard.data.cache import cached
from apps.dashboard.views.verkennen.view import View
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.sentences import reference_name
from apps.dashboard.wording.texts import plural, text


@cached(24)
def classes(key: Hashable, _view: View) -> list[scale.ColourClass]:
    """The classes with how many areas are in each; kept by the key of the view."""
    view = _view
    values = [figure.value for figure in view.figures if figure.value is not None]
    unit = view.style.unit if view.style.is_short else ""
    return scale.legend(view.scale, values, unit, view.style.language)


def legend(view: View, prepared: PreparedMap, matched: set[str]) -> str:
    """The legend as HTML; `matched` are the areas of which figure and polygon are one."""
    language = view.style.language
    found = classes(view.key, view)
    counts = [plural("verkennen.legend_count", item.count, language) for item in found]
    without = {
        "suppressed": view.states["suppressed"],
        "missing": view.states["missing"],
        "changed": sum(code not in matched for code in prepared.names),
    }
    others = [
        (
            state,
            text(f"verkennen.legend_{state}", language),
            plural("verkennen.legend_count", count, language),
        )
        for state, count in without.items()
        if count
    ]
    striped = choropleth.is_striped(len(prepared.names))
    doubt = sum(map(view.is_in_doubt, view.figures)) if striped else 0
    if doubt:
        others.insert(0, ("doubt", _doubt_words(view), plural("verkennen.legend_count", doubt, language)))
    polarity = text(f"verkennen.polarity_{view.indicator['polarity'] or 'neutral'}", language)
    unit = "" if view.style.is_short else f" ({view.style.unit.strip('()')})"
    darker = text("verkennen.legend_darker", language, unit=unit)
    return markup.legend(f"{darker}; {polarity}.", found, counts, others, striped=striped)


def _doubt_words(view: View) -> str:
    """What the stripes mean in this view."""
    language = view.style.language
    least = format_number(view.least, 0, language)
    if not view.references or not view.has_intervals:
        return text("verkennen.legend_small", language, least=least)
    reference = reference_name(view.references[0], language)
    return text("verkennen.legend_doubt", language, least=least, reference=reference)
