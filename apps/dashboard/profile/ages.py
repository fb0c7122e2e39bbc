"""Who lives there, where ages are not known by sex: the age structure of an area beside what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from apps.dashboard.components import markup, plot
from apps.dashboard.components.charts.age_bars import age_bars
from apps.dashboard.components.downloads import Drawing
from apps.dashboard.profile.lines import Line
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import NO_VALUE, format_number, rounded
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language

# From young to old; None is what the others leave of a hundred per cent.
BANDS = (("0_14", "age_0_14_pct"), ("15_24", "age_15_24_pct"), ("25_64", None), ("65", "age_65_plus_pct"))


@dataclass(frozen=True)
class Ages:
    """Per band the share in the area and in the comparison, in per cent and rounded as shown; None where not known."""

    year: int
    area: tuple[float, ...] | None
    reference: tuple[float, ...] | None
    oldest: str  # how the share of 65 and older stands to the comparison: a verdict of the profile


def ages(lines: list[Line]) -> Ages | None:
    """The age structure from the figures of the profile, or None where the publication has no ages for this level."""
    by_indicator = {line.indicator: line for line in lines}
    wanted = [by_indicator.get(indicator) for _, indicator in BANDS if indicator]
    known = [line for line in wanted if line is not None]
    if len(known) < len(wanted) or len({line.year for line in known}) > 1:
        return None
    oldest = by_indicator["age_65_plus_pct"]
    return Ages(
        known[0].year,
        _whole([line.value for line in known]),
        _whole([line.reference for line in known]),
        oldest.verdict,
    )


def _whole(shares: list[float | None]) -> tuple[float, ...] | None:
    """The shares with the remainder in its place; None if one is hidden, or if they sum to more than everyone."""
    known = [float(rounded(share, 1)) for share in shares if share is not None]
    rest = float(rounded(100 - sum(known), 1))
    if len(known) < len(shares) or rest < 0:
        return None
    return (*known[:2], rest, known[2])


def sentence(age_shares: Ages, area: str, reference: str, language: Language) -> str:
    """The share of 65 and older with how it stands to the comparison; 'more' and 'less' only beyond the margin."""
    if age_shares.area is None:
        return text("profiel.ages_hidden", language, area=area)
    share = f"{format_number(age_shares.area[-1], 1, language)}%"
    if age_shares.reference is None:
        return text("profiel.ages_alone", language, area=area, share=share)
    there = f"{format_number(age_shares.reference[-1], 1, language)}%"
    kind = age_shares.oldest if age_shares.oldest in ("higher", "lower", "same", "unclear") else "plain"
    return text(f"profiel.ages_{kind}", language, area=area, share=share, reference=reference, there=there)


def show(context: Context, age_shares: Ages, area: str, reference: str, why: str) -> Drawing | None:
    """Draw the panel, with why there is no pyramid; returns the chart for the downloads."""
    language = context.language
    st.subheader(text("profiel.ages_title", language), anchor=False)
    told = sentence(age_shares, area, reference, language)
    st.html(markup.note(told))
    if age_shares.area is None:
        return None
    bands = [text(f"profiel.band_{name}", language) for name, _ in BANDS]
    sides = [(area, age_shares.area), (reference, age_shares.reference)]
    rows = [
        {"a": name, "b": band, "v": share, "t": f"{format_number(share, 1, language)}%"}
        for name, shares in sides
        for band, share in zip(bands, shares or (), strict=shares is not None)
    ]
    words = {
        "area": text("shared.column_area", language), "band": text("profiel.band", language),
        "share": text("profiel.share", language),
    }  # fmt: skip
    alt = text("profiel.ages_alt", language, area=area, reference=reference)
    spec = age_bars(rows, bands, words)
    plot.draw(spec, key="ages", alt=alt, how_to_read=plot.Help("profiel_ages", area, language))
    cells = [
        [
            band,
            f"{format_number(age_shares.area[index], 1, language)}%",
            NO_VALUE
            if age_shares.reference is None
            else f"{format_number(age_shares.reference[index], 1, language)}%",
        ]
        for index, band in enumerate(bands)
    ]
    header = [f"{words['band']} ({age_shares.year})", area, reference]
    with st.expander(text("piramide.table", language), icon=":material/table:"):
        st.html(markup.table(header, cells) + markup.note(why))
    return Drawing(spec, f"{alt} {told}")
