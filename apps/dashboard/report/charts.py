"""The charts of a report besides those of the profile page: differences from the reference, and the years of a figure."""

from __future__ import annotations

from typing import Any

from apps.dashboard.components.chart_files import Drawing
from apps.dashboard.components.charts.differences import differences
from apps.dashboard.components.charts.plain import years
from apps.dashboard.profile import plans_here
from apps.dashboard.profile.lines import Line
from apps.dashboard.report.request import Request
from apps.dashboard.wording.figures import is_ranked
from apps.dashboard.wording.numbers import rounded
from apps.dashboard.wording.texts import plural, text

MOST_ROWS = 16
MOST_SERIES = 6
_SHOWN = ("higher", "lower", "unclear")


def difference_chart(request: Request) -> Drawing | None:
    """The figures with a margin that may be ranked, the largest clear difference first; none where there are none."""
    language = request.context.language
    ordered = [
        line
        for line in request.lines
        if line.verdict in _SHOWN
        and line.reference
        and line.reference > 0
        and is_ranked(request.indicator_texts.rows[line.indicator])
    ]
    ordered.sort(key=lambda line: (line.verdict == "unclear", -abs(_share(line, line.value))))
    lines = ordered[:MOST_ROWS]
    if not lines:
        return None
    rows = [
        {
            "n": line.title,
            "k": line.verdict,
            "v": _share(line, line.value),
            "lo": _share(line, line.lower),
            "hi": _share(line, line.upper),
        }
        for line in lines
    ]
    # Without its sign, which the marks of the chart show already.
    words = {kind: text(f"profiel.verdict_{kind}", language).split(" ", 1)[1] for kind in _SHOWN}
    words["axis"] = text("rapport.difference_axis", language, reference=request.reference)
    clear = sum(line.verdict != "unclear" for line in lines)
    alt = plural(
        "rapport.difference_alt",
        len(lines),
        language,
        area=request.name,
        reference=request.reference,
        clear=clear,
    )
    return Drawing(differences(rows, words), alt)


def _share(line: Line, value: float | None) -> float:
    return 0.0 if value is None or not line.reference else (value / line.reference - 1) * 100


def year_charts(request: Request) -> list[tuple[str, Drawing]]:
    """Dots per year of the counted figures with most years, with their titles; estimates make no series."""
    language = request.context.language
    found = []
    for line in request.lines:
        points = [row for row in request.years.get(line.indicator, []) if row["value"] is not None]
        if len(points) > 2 and not line.is_modelled and not any(row["is_modelled"] for row in points):
            found.append((line, points))
    order = {"indicator": 0, "outcome": 1, "determinant": 2}
    found.sort(
        key=lambda item: (order[request.indicator_texts.rows[item[0].indicator]["mart"]], -len(item[1]))
    )
    words = {"area": text("shared.column_area", language), "value": text("shared.column_indicator", language),
             "year": "", "decimal_mark": "," if language == "nl" else "."}  # fmt: skip
    drawings = []
    flagged = {str(flag.year) for flag in plans_here.flags(request.plans, language)}
    for line, points in found[:MOST_SERIES]:
        rows = [
            {
                "n": request.name,
                "y": str(row["year"]),
                "x": float(rounded(row["value"], line.style.decimals)),
                "t": line.style.short(row["value"]),
            }
            for row in sorted(points, key=lambda row: row["year"])
        ]
        first, last = (f"{row['y']}: {row['t']}" for row in (rows[0], rows[-1]))
        alt = text("rapport.years_alt", language, title=line.title, first=first, last=last)
        unit = "" if line.style.is_short else f" ({line.style.unit.strip('()')})"
        drawings.append(
            (f"{line.title}{unit}", Drawing(_flagged(_from_zero(years(rows, words)), flagged), alt))
        )
    return drawings


def _flagged(spec: dict[str, Any], flagged: set[str]) -> dict[str, Any]:
    """The same with a dashed line in the years in which something began or ended here."""
    there = sorted(flagged & {row["y"] for row in spec["data"]["values"]})
    if not there:
        return spec
    line = {
        "data": {"values": [{"y": year} for year in there]},
        "mark": {"type": "rule", "color": "#6b7885", "strokeDash": [4, 3]},
        "encoding": {"x": spec["encoding"]["x"]},
    }
    rest = {key: value for key, value in spec.items() if key not in ("mark", "encoding")}
    return {**rest, "layer": [line, {"mark": spec["mark"], "encoding": spec["encoding"]}]}


def _from_zero(spec: dict[str, Any]) -> dict[str, Any]:
    """The same dots with a scale from zero, low and in one colour: chance must not look like change."""
    places = spec["encoding"]
    y = {**places["y"], "scale": {"zero": True}, "axis": {**places["y"]["axis"], "tickCount": 3}}
    alone = {"color": {"value": "#154273"}, "shape": {"value": "circle"}, "y": y}
    return {**spec, "height": 90, "encoding": {**places, **alone}}
