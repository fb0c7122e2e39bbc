"""What people choose on the pages, as addresses: each step changes one choice of the step before, as a click does."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from apps.dashboard.data.release import Release
from datawerkplaats.base.errors import DataProblem

Choices = dict[str, str]
LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class Stock:
    """What there is to choose from in a publication."""

    shown: list[
        tuple[str, str, str, int, str, str]
    ]  # mart, indicator, level, year, age and sex with known values
    areas: dict[str, list[str]]
    wijken_of: dict[str, list[str]]
    indicators: dict[str, list[str]]  # by level, those with known values
    public: list[str]
    models: list[tuple[str, str]]  # target and age band


def stock() -> Stock:
    """The choices that the served publication allows."""
    from apps.dashboard.data import cube, queries
    from apps.dashboard.data import release as published_release
    from datawerkplaats.base.settings import get_settings
    from demo.register import fill

    release = published_release.current_release()
    # Without a decision in the register the page shows no models; the example register of the demo region has one.
    if release.is_fictional:
        fill(get_settings())
    known = [
        row
        for row in queries.availability(release)
        if row["known"] and row["region_level"] in ("gemeente", "wijk")
    ]
    areas = {level: cube.regions(release, level) for level in ("gemeente", "wijk")}
    wijken_of: dict[str, list[str]] = {}
    for row in areas["wijk"]:
        wijken_of.setdefault(row["gemeente_code"], []).append(row["code"])
    return Stock(
        [
            (r["mart"], r["indicator_id"], r["region_level"], r["year"], r["age_band"], r["sex"])
            for r in known
        ],
        {level: [row["code"] for row in rows] for level, rows in areas.items()},
        wijken_of,
        {
            level: sorted({row["indicator_id"] for row in known if row["region_level"] == level})
            for level in areas
        },
        sorted({row["indicator_id"] for row in known}),
        _models(release),
    )


def _models(release: Release) -> list[tuple[str, str]]:
    """Target and age band of every model; none where a publication predicts nothing, as that of the real country."""
    from apps.dashboard.views.risico import model_tables

    try:
        return [(model["target"], model["age_band"]) for model in model_tables.models(release)]
    except DataProblem:
        return []


def steps(page: str, found: Stock, count: int, seed: int = 1) -> list[Choices]:
    """The opening of a page and then so many interactions."""
    walk = _WALKS.get(page, _only_language)(found, random.Random(f"{page}{seed}"))
    return [next(walk) for _ in range(count + 1)]


def _only_language(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """Pages without choices of their own: the other language, and back."""
    while True:
        for language in LANGUAGES:
            yield {"lang": language}


def _verkennen(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """Another figure, and then some areas of it clicked."""
    while True:
        mart, indicator, level, year, age, sex = chance.choice(found.shown)
        chosen = {
            "class": mart,
            "indicator": indicator,
            "level": level,
            "year": str(year),
            "age": age,
            "sex": sex,
        }
        chosen["scope"] = "country"
        yield chosen
        for code in chance.sample(found.areas[level], 2):
            yield {**chosen, "area": code}


def _profiel(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """A gemeente, one of its wijken, and something else to compare with."""
    while True:
        gemeente = chance.choice([code for code in found.areas["gemeente"] if code in found.wijken_of])
        yield {"gemeente": gemeente}
        wijk = chance.choice(found.wijken_of[gemeente])
        yield {"gemeente": gemeente, "wijk": wijk}
        yield {"gemeente": gemeente, "wijk": wijk, "compare": "gemeente"}


def _verbanden(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """Two figures, one of them exchanged, and one to hold fixed."""
    while True:
        level = chance.choice(("gemeente", "wijk"))
        x, y, other, fixed = chance.sample(found.indicators[level], 4)
        yield {"level": level, "x": x, "y": y}
        yield {"level": level, "x": other, "y": y}
        yield {"level": level, "x": other, "y": y, "controls": fixed}


def _buren(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """An area, more or fewer similar ones, and another number of groups."""
    while True:
        level = chance.choice(("gemeente", "wijk"))
        chosen = {"level": level, "area": chance.choice(found.areas[level])}
        yield chosen
        yield {**chosen, "k": str(chance.randint(5, 20))}
        yield {**chosen, "area": chance.choice(found.areas[level])}


def _ongelijkheid(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """A figure at one level, and others at that level."""
    while True:
        level = chance.choice(("gemeente", "wijk"))
        for indicator in chance.sample(found.indicators[level], 3):
            yield {"level": level, "indicator": indicator}


def _verklaren(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """A figure to explain, at one level."""
    while True:
        level = chance.choice(("gemeente", "wijk"))
        for outcome in chance.sample(found.indicators[level], 3):
            yield {"level": level, "outcome": outcome}


def _risico(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """A model, and some areas of it."""
    while True:
        target, age = chance.choice(found.models or [("", "")])
        yield {"target": target, "age": age}
        for code in chance.sample(found.areas["wijk"], 2):
            yield {"target": target, "age": age, "area": code}


def _sleutelen(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """Figures of some areas, as bars, over the years and as a table."""
    while True:
        level = chance.choice(("gemeente", "wijk"))
        chosen = {
            "level": level,
            "figures": ",".join(chance.sample(found.indicators[level], 3)),
            "areas": ",".join(chance.sample(found.areas[level], 6)),
        }
        for chart in ("bars", "years", "table"):
            yield {**chosen, "chart": chart}


def _rapport(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """An area to report on, in either language."""
    while True:
        level = chance.choice(("gemeente", "wijk"))
        area = chance.choice(found.areas[level])
        for language in LANGUAGES:
            yield {"level": level, "area": area, "in": language}


def _kwaliteit(found: Stock, chance: random.Random) -> Iterator[Choices]:
    """The way of one figure after the other."""
    while True:
        yield {"indicator": chance.choice(found.public)}


_WALKS: dict[str, Callable[[Stock, random.Random], Iterator[Choices]]] = {
    "verkennen": _verkennen,
    "profiel": _profiel,
    "verbanden": _verbanden,
    "buren": _buren,
    "ongelijkheid": _ongelijkheid,
    "verklaren": _verklaren,
    "risico": _risico,
    "sleutelen": _sleutelen,
    "rapport": _rapport,
    "kwaliteit": _kwaliteit,
}
