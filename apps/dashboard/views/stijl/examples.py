"""What the components on the style page are filled with: made-up figures in every state, no figure of anybody."""

from __future__ import annotations

from apps.dashboard.components.charts.ranked_bars import Bar, Reference
from apps.dashboard.components.charts.scale import PALETTES
from apps.dashboard.components.figure import FigureCard, Strip
from apps.dashboard.components.small_map import CLASSES, Shape
from apps.dashboard.components.year_line import Flag, YearLine
from apps.dashboard.wording.numbers import format_value
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language

_AREAS = (31.0, 33.5, 34.0, 36.2, 38.1, 38.4, 40.0, 41.7, 43.0, 44.9, 46.5, 52.0)


def cards(language: Language) -> list[FigureCard]:
    """A figure in every state that the pages know."""

    def words(key: str, **values: str) -> str:
        return text(f"stijl.{key}", language, **values)

    def strip(values: tuple[float, ...], own: float, reference: float | None) -> Strip:
        left, right = text("gebied.better", language), text("gebied.worse", language)
        return Strip(values, own, reference, left, right, words("strip"))

    def card(state: str, value: float | None, drawn: Strip | None, place: str, **more: str) -> FigureCard:
        shown = format_value(value, "%", 1, language)
        return FigureCard(
            group=words(f"state_{state}"),
            title=more.get("title", words("figure")),
            subtitle=more.get("subtitle", words("cut_off")),
            value=shown,
            reference=more.get("reference", words("country", value=format_value(40.0, "%", 1, language))),
            strip=drawn,
            place=place,
            source=text(
                "gebied.source",
                language,
                year=2024,
                kind=text(f"gebied.kind_{more.get('kind', 'counted')}", language),
            ),
            change=more.get("change", ""),
            is_estimate=more.get("kind") == "modelled",
            link=more.get("link", ""),
        )

    worst = text("gebied.tile_worst", language, edge=3, among=12)
    unknown = text("gebied.sure_no_interval", language)
    many = tuple(20 + number * 0.47 for number in range(90))
    return [
        card("ordinary", 46.5, strip(_AREAS, 46.5, 40.0), worst, link="#", change=words("change")),
        card("unsure", 41.7, strip(_AREAS, 41.7, 40.0), f"{text('gebied.sure_unclear', language)}"),
        card(
            "estimate",
            44.0,
            strip(_AREAS, 44.9, 40.0),
            text("gebied.tile_third_worst", language, among=12),
            kind="modelled",
        ),
        card("no_interval", 52.0, strip(_AREAS, 52.0, 40.0), f"{worst} · {unknown}"),
        card("unranked", 35.1, None, text("gebied.tile_unranked", language)),
        card("small", 38.4, strip(_AREAS, 38.4, 40.0), text("gebied.tile_small", language)),
        card("many", 40.1, strip(many, 40.1, 40.0), text("gebied.tile_between", language, among=90)),
        card("equal", 40.0, strip((40.0, 40.0), 40.0, 40.0), text("gebied.tile_third_between", language)),
        card("hidden", None, None, text("gebied.kind_hidden", language), kind="hidden", subtitle=""),
        card(
            "empty", None, None, text("gebied.sure_none", language), reference=words("nothing"), kind="hidden"
        ),
        card(
            "long",
            12.3,
            strip(_AREAS, 34.0, None),
            worst,
            title=words("long_name"),
            subtitle=words("long_subtitle"),
        ),
    ]


def lines(language: Language) -> list[tuple[str, YearLine]]:
    """A line through the years: measured with margins, an event and a new method; an estimate; and one without a comparison."""
    own = [(2012, 38.0), (2016, 41.0), (2020, 44.5), (2024, 43.0)]
    country = [(2012, 37.0), (2016, 39.0), (2020, 42.0), (2024, 42.5)]
    margins = [(year, value - 2.0, value + 2.0) for year, value in own]
    event = Flag(2020, text("stijl.event", language), False)
    method = Flag(2016, text("stijl.method", language), True)
    return [
        (text("stijl.state_ordinary", language), YearLine(own, country, [event, method], False, margins)),
        (text("stijl.state_estimate", language), YearLine(own, country, [], True)),
        (text("stijl.state_short", language), YearLine(own[2:], [], [], False)),
    ]


def shapes() -> list[Shape]:
    """Four square wijken beside each other, one for each class of the small map."""
    return [
        Shape(
            kind,
            kind,
            (((6.0 + at, 52.0), (7.0 + at, 52.0), (7.0 + at, 52.6), (6.0 + at, 52.6), (6.0 + at, 52.0)),),
        )
        for at, kind in enumerate(CLASSES)
    ]


def bars(language: Language) -> tuple[list[Bar], list[Reference]]:
    """Bars with and without a margin, a long name among them, and two references."""
    colours = PALETTES["higher_is_worse"]
    rows = [
        (text("stijl.long_area", language), 52.0, True),
        (text("stijl.area_one", language), 44.9, True),
        (text("stijl.area_two", language), 40.0, False),
        (text("stijl.area_three", language), 31.0, True),
    ]
    drawn = [
        Bar(
            f"GM{place}",
            name,
            value,
            format_value(value, "%", 1, language),
            value - 3.0 if has_margin else None,
            value + 3.0 if has_margin else None,
            colours[4 - place],
        )
        for place, (name, value, has_margin) in enumerate(rows)
    ]
    return drawn, [
        Reference(text("stijl.region", language), 38.0, False),
        Reference(text("stijl.whole_country", language), 40.0, True),
    ]
