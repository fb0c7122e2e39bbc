"""Who lives there, by sex and age: the pyramid of an area beside what it is compared with, where both are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from apps.dashboard.components import downloads, markup, plot, quality_strip
from apps.dashboard.components.charts.pyramid import OUTLINE, Bar, pyramid
from apps.dashboard.components.downloads import Drawing
from apps.dashboard.data import residents
from apps.dashboard.data.release import Release, Row
from apps.dashboard.data.residents import Residents
from apps.dashboard.profile import ages
from apps.dashboard.profile.ages import Ages
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import Language

# The age groups that the figures of wijken have too; the sentence about them is the same.
_GROUPS = ((0, 15), (15, 25), (25, 65), (65, None))


@dataclass(frozen=True)
class People:
    """The residents of an area and of what it is compared with, with the names of both."""

    area: Residents
    reference: Residents | None
    name: str
    reference_name: str
    reference_summed: bool


def who_lives_there(
    context: Context, area: Row, comparator: str, reference: str, structure: Ages | None
) -> list[tuple[str, Drawing]]:
    """Draw the pyramid, or the age bands with why there is none; returns the chart with its title, if there is one."""
    release, language = context.release, context.language
    level = "gemeente" if area["code"] == area["gemeente_code"] else "wijk"
    found = people(release, level, area, comparator, area["name"], reference)
    title = text("profiel.ages_title", language)
    if found is not None:
        return [(title, show(context, found, structure))]
    if structure is None:
        return []
    has_gemeente = residents.of_area(release, "gemeente", area["gemeente_code"]) is not None
    why = text("piramide.only_gemeente" if has_gemeente else "profiel.ages_no_sex", language)
    drawn = ages.show(context, structure, area["name"], reference, why)
    return [(title, drawn)] if drawn else []


def people(
    release: Release, level: str, area: Row, comparator: str, name: str, reference_name: str
) -> People | None:
    """The residents to show, or None where the publication has none of the area."""
    own = residents.of_area(release, level, area["code"])
    if own is None:
        return None
    reference = residents.of_reference(release, comparator, area, own.year)
    return People(own, reference, name, reference_name, comparator == "ggd_region" and reference is not None)


def band_words(start: int, band: str, language: Language) -> str:
    """An age band as it is said: 5 tot en met 9 jaar."""
    if band.endswith("+"):
        return text("piramide.band_oldest", language, first=start)
    return text("piramide.band", language, first=start, last=band.partition("-")[2])


def sentence(who: People, structure: Ages | None, language: Language) -> str:
    """The share of 65 and older with how it stands to the comparison, and which age group is largest.

    The verdict is that of the figure in the profile; where that is of another year or not known, both shares stand side by side.
    """
    area = who.area
    if structure is None or structure.area is None or structure.year != area.year:
        structure = Ages(area.year, _groups(area), _groups(who.reference), "none")
    told = ages.sentence(structure, who.name, who.reference_name, language)
    shares = [rounded(area.share(sum(pair)), 1) for pair in zip(area.men, area.women, strict=True)]
    largest = [i for i, share in enumerate(shares) if share == max(shares)]
    bands = [band_words(area.starts[i], area.bands[i], language) for i in largest]
    share = _per_cent(float(max(shares)), language)
    if len(bands) == 1:
        return f"{told} {text('piramide.largest', language, band=bands[0], share=share)}"
    return f"{told} {text('piramide.largest_shared', language, bands=listing(bands, language), share=share)}"


def _groups(counts: Residents | None) -> tuple[float, ...] | None:
    if counts is None:
        return None
    return tuple(float(rounded(counts.share(counts.between(*group)), 1)) for group in _GROUPS)


def drawing(who: People, language: Language) -> Drawing:
    """The chart, with what it shows in words."""
    area, reference = who.area, who.reference
    bars = [
        Bar(
            start,
            band_words(start, band, language),
            area.share(men),
            area.share(women),
            _share_words(area, men, language),
            _share_words(area, women, language),
        )
        for start, band, men, women in zip(area.starts, area.bands, area.men, area.women, strict=True)
    ]
    outline = None
    if reference is not None and reference.starts == area.starts:
        outline = [
            (reference.share(men), reference.share(women))
            for men, women in zip(reference.men, reference.women, strict=True)
        ]
    words = {name: text(f"piramide.{name}", language) for name in ("men", "women", "age", "share")}
    words["area"] = text("piramide.sex", language)
    alt = text("piramide.alt", language, area=who.name, year=area.year)
    if outline:
        alt = f"{alt} {text('piramide.alt_reference', language, reference=who.reference_name)}"
    legend = ((OUTLINE, who.reference_name),) if outline else ()
    return Drawing(pyramid(bars, outline, words), alt, legend)


def as_table(who: People, language: Language) -> downloads.Shown:
    """The same figures as numbers: people as counted, shares rounded as on the page."""
    area, reference = who.area, who.reference
    names = ["men", "men_share", "women", "women_share"]
    columns = [text("piramide.column_band", language, year=area.year)]
    columns += [text(f"piramide.column_{name}", language) for name in names]
    if reference is not None:
        columns += [
            text(f"piramide.column_{side}_reference", language, reference=who.reference_name)
            for side in ("men", "women")
        ]
    rows = []
    for index, (start, band) in enumerate(zip(area.starts, area.bands, strict=True)):
        men, women = area.men[index], area.women[index]
        row: list[downloads.Cell] = [
            band_words(start, band, language),
            men,
            _share(area, men),
            women,
            _share(area, women),
        ]
        if reference is not None:
            row += [_share(reference, reference.men[index]), _share(reference, reference.women[index])]
        rows.append(tuple(row))
    return downloads.Shown(tuple(columns), tuple(rows))


def table_words(shown: downloads.Shown, language: Language) -> list[list[str]]:
    """The table as it is read."""
    counts = (1, 3)
    return [
        [
            str(row[0]),
            *(
                format_number(int(cell or 0), 0, language) if index in counts else _per_cent(cell, language)
                for index, cell in enumerate(row[1:], 1)
            ),
        ]
        for row in shown.rows
    ]


def notes(who: People, language: Language) -> Sequence[str]:
    """What has to be known of the comparison."""
    if who.reference is None:
        return (text("piramide.no_reference", language, reference=who.reference_name),)
    return (text("piramide.summed", language, reference=who.reference_name),) if who.reference_summed else ()


def show(context: Context, who: People, structure: Ages | None) -> Drawing:
    """Draw the panel; returns the chart for the downloads of the page."""
    language = context.language
    title = text("profiel.ages_title", language)
    st.subheader(title, anchor=False)
    st.html(markup.note(sentence(who, structure, language)))
    drawn = drawing(who, language)
    if who.reference is not None:
        st.html(markup.reference_keys([(who.reference_name, False)]))
    how = plot.Help("profiel_pyramid", who.name, language)
    plot.draw(drawn.spec, key="pyramid", alt=drawn.description, how_to_read=how)
    st.html(markup.note(drawn.description))
    for note in notes(who, language):
        st.html(markup.note(note))
    shown = as_table(who, language)
    source = residents.source(context.release)
    with st.expander(text("piramide.table", language), icon=":material/table:"):
        st.html(markup.table(shown.columns, table_words(shown, language)))
        name = f"{title} {who.name}"
        downloads.panel(context, "profiel_pyramid", name, shown, [source], drawing=drawn, link=False)
    counts = quality_strip.Counts(2 * len(who.area.bands), 0, 0, (who.area.year,))
    quality_strip.strip(context, "pyramid", counts, [source], link=False)
    return drawn


def _share(counts: Residents, people: int) -> float:
    return float(rounded(counts.share(people), 1))


def _share_words(counts: Residents, people: int, language: Language) -> str:
    return f"{_per_cent(_share(counts, people), language)} ({format_number(people, 0, language)})"


def _per_cent(share: object, language: Language) -> str:
    return f"{format_number(share, 1, language)}%"
