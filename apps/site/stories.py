"""A story as a page: its places filled with what the release shows. A story of which the release lacks a figure is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from statistics import quantiles
from typing import Any

from apps.dashboard.components import markup
from apps.dashboard.data import periods, standing
from apps.dashboard.data import release as published_release
from apps.dashboard.data.cube import Moment
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.wording.figures import Format
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.sentences import age_words
from apps.dashboard.wording.texts import text
from apps.site import bars
from apps.site.maps import LEVEL, GemeentenMap
from datawerkplaats.base.errors import Language
from datawerkplaats.catalogue.stories import BARS, CHART, MAP, PLACE, WORD, Named, Story

_TENTHS = 10
_COUNTRY = """
select {value}, {official}, {is_estimated}, lower, upper from core.fct_observation
where indicator_id = ? and age_band = ? and year = ? and sex = 'total' and region_level = 'country'
    and {value} is not null limit 1"""


@dataclass(frozen=True)
class Told:
    """One figure: of the country, and what a tenth, half and nine tenths of the gemeenten stay below."""

    moment: Moment
    when: str
    title: str
    style: Format
    estimated: frozenset[str]
    drawn: GemeentenMap
    gemeenten: int
    numbers: Mapping[str, float]
    margin: tuple[float, float] | None = None

    def part(self, name: str, language: Language) -> str:
        """A part in words, as HTML; numbers say which figure they are, so that everybody can look it up.

        Raises:
            KeyError: If the release does not hold it.
        """
        plain = {"year": self.when, "title": self.title}
        if name in plain:
            return escape(plain[name])
        if name == "gemeenten":
            return _number(format_number(self.gemeenten, 0, language), self.gemeenten, self, name)
        return _number(self.shown(name), self.numbers[name], self, name)

    def shown(self, name: str) -> str:
        """A number as it reads, with the sign of an estimate.

        Raises:
            KeyError: If the release does not hold it.
        """
        return f"{'≈ ' if name in self.estimated else ''}{self.style.value(self.numbers[name])}"

    def of(self, part: str) -> str:
        """Which figure of the release a part is."""
        return f"{self.moment.indicator_id}|{self.moment.year}|{self.moment.age}|{part}"


def _number(shown: str, value: float, told: Told, part: str) -> str:
    return f'<data value="{value!r}" data-of="{escape(told.of(part))}">{escape(shown)}</data>'


def resolved(
    story: Story, pages: list[AreaPage], inside: set[str], only_focus: bool
) -> dict[str, Told] | None:
    """The figures of a story; None where the release lacks one that the text needs.

    Args:
        story: The story.
        pages: As for `GemeentenMap`.
        inside: The gemeenten that the site is about.
        only_focus: Whether maps show the region alone.
    """
    found: dict[str, Told] = {}
    for name, asked in story.figures.items():
        told = _told(asked, pages, inside, only_focus)
        if told is None:
            return None
        found[name] = told
    try:
        for name, part in story.places():
            if part == WORD:
                _word(found, story.compare[name], pages[0].context.language)
            elif part == BARS:
                found[name].shown("country")
            elif part != MAP:
                found[name].part(part, "nl")
            elif not found[name].drawn.shapes:
                return None
    except KeyError:
        return None
    return found


def _told(asked: Named, pages: list[AreaPage], inside: set[str], only_focus: bool) -> Told | None:
    page = pages[0]
    release, indicator = page.context.release, asked.indicator
    if indicator in page.without or indicator not in page.indicator_texts.rows:
        return None
    moment = standing.newest_of(release, LEVEL, indicator, asked.age)
    if moment is None:
        return None
    drawn = GemeentenMap(pages, moment, only_focus, inside)
    values = [peer.value for peer in drawn.peers.values() if peer.value is not None]
    if len(values) < _TENTHS:
        return None
    tenths = quantiles(values, n=_TENTHS, method="inclusive")
    numbers = {"low": tenths[0], "middle": tenths[4], "high": tenths[-1]}
    value, official, is_estimated = published_release.held_against(release)
    sql = _COUNTRY.format(value=value, official=official, is_estimated=is_estimated)
    rows = published_release.query(release.identity, sql, (indicator, moment.age, moment.year)).rows
    margin, estimated = None, {"low", "middle", "high"} if drawn.is_modelled else set()
    if rows:
        mean, survey, is_estimate, lower, upper = rows[0]
        # In a sentence about the country stands what a survey of the country says, where there is one.
        numbers["country"] = mean if survey is None else survey
        estimated |= {"country"} if survey is None and is_estimate else set()
        margin = (lower, upper) if None not in (lower, upper) else None
    return Told(
        moment, periods.when(release, indicator, moment.year), page.indicator_texts.title(indicator),
        page.indicator_texts.style(indicator, drawn.is_modelled), frozenset(estimated), drawn, len(values), numbers, margin,
    )  # fmt: skip


def _word(found: Mapping[str, Told], pair: tuple[str, str], language: Language) -> str:
    """How the first figure of the country lies beside the second: as they are shown, and only where margins do not meet."""
    first, second = (found[name] for name in pair)
    one, other = (told.numbers["country"] for told in (first, second))
    if first.style.value(one) == second.style.value(other):
        kind = "equal"
    elif (
        first.margin
        and second.margin
        and first.margin[0] <= second.margin[1]
        and second.margin[0] <= first.margin[1]
    ):
        kind = "unsure"
    else:
        kind = "higher" if one > other else "lower"
    return text(f"site.story_{kind}", language)


def filled(
    story: Story, words: str, found: Mapping[str, Told], language: Language, *, bare: bool = False
) -> str:
    """One text of a story with its figures, as HTML; `bare` without the elements around its numbers."""

    def place(match: re.Match[str]) -> str:
        if match[2] == WORD:
            return escape(_word(found, story.compare[match[1]], language))
        return found[match[1]].part(match[2], language)

    told = PLACE.sub(place, escape(words, quote=False))
    return re.sub(r"<[^>]+>", "", told) if bare else told


def content(story: Story, found: Mapping[str, Told], language: Language, maps: Mapping[str, str]) -> str:
    """The main part of the page of a story; `maps` has the path of the map of an indicator that has one."""
    title = story.title.nl if language == "nl" else story.title.en
    words = story.text.nl if language == "nl" else story.text.en
    parts = [f"<h1>{filled(story, title, found, language)}</h1>"]
    for block in re.split(r"\n\s*\n", words):
        parts.append(_block(block.strip(), story, found, language, maps))
    if any(told.estimated for told in found.values()):
        parts.append(markup.note(text("site.story_estimate", language)))
    told_of = dict.fromkeys(told.drawn.about() for told in found.values())
    sources = "".join(f"<li>{escape(one)}</li>" for one in told_of)
    parts.append(
        f'{markup.note(text("site.stories_note", language))}<details class="dw-fold"><summary>'
        f"{escape(text('site.sources', language))}</summary><ul>{sources}</ul></details>"
    )
    return f'<article class="story">{"".join(parts)}</article>'


@dataclass(frozen=True)
class Chart:
    """A chart of a story: its place beside the page, what it is called and of which years, and how it is drawn."""

    path: str
    title: str
    source: str
    spec: dict[str, Any]

    def file(self) -> str:
        """The chart as Vega-Lite."""
        return bars.as_file(self.spec, self.title, self.source)


def charts(story: Story, found: Mapping[str, Told], language: Language) -> dict[tuple[str, ...], Chart]:
    """The charts of a story by the names of their figures; maps have pages of their own."""
    return {
        names: _chart(story, names, [found[name] for name in names], language)
        for kind, names in story.charts()
        if kind == BARS
    }


def _chart(story: Story, names: tuple[str, ...], told: list[Told], language: Language) -> Chart:
    titles = [one.title for one in told]
    is_one = len(set(titles)) == 1  # of one indicator the ages tell the bars apart
    called = [
        age_words(one.moment.age, language)
        if is_one
        else f"{one.title}{f', {age_words(one.moment.age, language)}' if titles.count(one.title) > 1 else ''}"
        for one in told
    ]
    title = titles[0] if is_one else text("site.story_bars", language)
    spec = bars.chart(
        [
            bars.Bar(name, one.shown("country"), one.numbers["country"], one.of("country"))
            for name, one in zip(called, told, strict=True)
        ],
        title, language,
    )  # fmt: skip
    years = ", ".join(dict.fromkeys(one.when for one in told))
    source = text("site.story_bars_source", language, year=years)
    return Chart(f"verhaal/{story.story_id}.{'-'.join(names)}.vl.json", title, source, spec)


def _block(
    block: str, story: Story, found: Mapping[str, Told], language: Language, maps: Mapping[str, str]
) -> str:
    """A chart, or a heading with what stands below it: a list or a paragraph."""
    drawn = CHART.match(block)
    if drawn and drawn[1] == BARS:
        chart = charts(story, found, language)[tuple(drawn[2].split(", "))]
        link = f'<a href="../{escape(chart.path)}">{escape(text("site.take_bars", language))}</a>'
        return bars.drawn(chart.spec, chart.title, f"{escape(chart.source)} · {link}", language)
    if drawn:
        told = found[drawn[2]]
        title, path = escape(told.title), maps.get(told.moment.indicator_id)
        return told.drawn.drawing(
            f'<h3><a href="../{escape(path)}">{title}</a></h3>' if path else f"<h3>{title}</h3>"
        )
    lines, heading = block.splitlines(), ""
    if lines[0].startswith("## "):
        heading = f"<h2>{filled(story, lines.pop(0)[3:], found, language)}</h2>"
    if lines and all(line.startswith("- ") for line in lines):
        items = "".join(f"<li>{filled(story, line[2:], found, language)}</li>" for line in lines)
        return f"{heading}<ul>{items}</ul>"
    return heading + (f"<p>{filled(story, ' '.join(lines), found, language)}</p>" if lines else "")
