"""Kinds of areas: groups on the same characteristics, each described by what stands out, with how firm it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from apps.dashboard.components import downloads, markup, plot, tables
from apps.dashboard.components.address import Address
from apps.dashboard.components.charts.heat_map import UPRIGHT, HeatCell, heat_map
from apps.dashboard.components.folds import fold
from apps.dashboard.components.headline import headline
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.buren import figures
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import Clusters, explain

FEWEST, USUAL, MOST = 3, 5, 8
CLEAR = 0.5  # standard deviations from the mean
WHOLE_SCALE = 2.0
MOST_ROWS = 15  # characteristics that are drawn, those that set the groups apart most; the table has the words for each


@dataclass(frozen=True)
class Choice:
    """What the groups are made of, as chosen for the similar areas."""

    key: tuple[object, ...]
    used: list[str]
    marts: dict[str, str]
    heavy: list[str]


def show(
    context: Context, indicator_texts: IndicatorTexts, cube: Cube, address: Address, area: str, choice: Choice
) -> None:
    """Draw the section."""
    language = context.language
    st.subheader(text("buren.groups_title", language), anchor=False)
    k = address.one("groups", range(FEWEST, MOST + 1), USUAL, text("buren.choose_groups", language))
    found = figures.cached_groups(choice.key, cube, tuple(choice.used), choice.marts, k, tuple(choice.heavy))
    if found.reason:
        st.html(markup.note(f"{text('buren.groups_refused', language)} {explain(found.reason, language)}"))
        return
    headline(sentence(found, cube, indicator_texts, area, language), "groups")
    st.html(markup.note(text("buren.groups_note", language)))
    names = [text("buren.group", language, number=number + 1) for number in range(k)]
    apart = np.argsort(-np.abs(found.centres).max(axis=0), kind="stable")
    if len(apart) > MOST_ROWS:
        st.html(markup.note(text("buren.groups_most", language, shown=MOST_ROWS, count=len(apart))))
    # The characteristics under each other: their names are long, and a phone is narrow.
    cells = [
        HeatCell(
            indicator_texts.title(found.variables[place]), names[number],
            float(np.clip(found.centres[number][place] / WHOLE_SCALE, -1, 1)),
            "" if abs(found.centres[number][place]) < CLEAR else "+" if found.centres[number][place] > 0 else "−",
            text("buren.steps", language, value=format_number(float(found.centres[number][place]), 1, language)), False,
        )
        for place in apart[:MOST_ROWS] for number in range(k)
    ]  # fmt: skip
    words = {
        "row": text("buren.characteristic", language), "column": text("buren.group_column", language), "value": "z",
    }  # fmt: skip
    alt = text("buren.groups_alt", language, count=k)
    spec = heat_map(cells, words, UPRIGHT)
    how = plot.Help(
        "buren_groups", listing([indicator_texts.title(v) for v in found.variables], language), language
    )
    plot.draw(spec, key=f"groups_{k}_{'_'.join(choice.heavy)}", alt=alt, how_to_read=how)
    st.html(markup.note(alt))
    title, told_of = text("buren.groups_title", language), [indicator_texts.rows[v] for v in found.variables]
    downloads.images(context, "buren_groepen_beeld", title, downloads.Drawing(spec, alt), told_of)
    _table(context, indicator_texts, cube, found, names)


def describe(clusters: Clusters, indicator_texts: IndicatorTexts, group: int, language: Language) -> str:
    """The two or three characteristics that set a group apart, in words."""
    out = clusters.stands_out(group, least=CLEAR)
    parts = [
        text(
            f"buren.group_{side}",
            language,
            names=listing([f"'{indicator_texts.title(name)}'" for name in names], language),
        )
        for side, names in (("high", [n for n, z in out if z > 0]), ("low", [n for n, z in out if z < 0]))
        if names
    ]
    return " ".join(parts) or text("buren.group_middle", language)


def sentence(
    clusters: Clusters, cube: Cube, indicator_texts: IndicatorTexts, area: str, language: Language
) -> str:
    """To which group an area belongs, what sets that group apart, and how firm it is."""
    index = cube.codes.index(area)
    group = int(clusters.group[index])
    if group < 0:
        return text("buren.group_unknown", language, area=cube.labels[index])
    return text(
        "buren.group_sentence", language, area=cube.labels[index], number=group + 1,
        count=format_number(int(clusters.sizes[group]), 0, language),
        description=describe(clusters, indicator_texts, group, language),
        firmness=text(f"buren.told_{clusters.firmness(group)}", language),
    )  # fmt: skip


def _table(
    context: Context, indicator_texts: IndicatorTexts, cube: Cube, clusters: Clusters, names: list[str]
) -> None:
    language = context.language
    columns = tuple(
        text(f"buren.group_{name}", language)
        for name in ("column", "areas", "people", "described", "firmness", "typical")
    )
    rows = [
        (
            name, int(clusters.sizes[number]), float(np.nansum(cube.population[clusters.group == number])),
            describe(clusters, indicator_texts, number, language), text(f"buren.{clusters.firmness(number)}", language),
            cube.labels[int(clusters.typical[number])],
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    st.html(
        markup.table(
            columns,
            [
                [name, *(format_number(part, 0, language) for part in (areas, people)), *rest]
                for name, areas, people, *rest in rows
            ],
        )
    )
    with fold(text("buren.groups_list", language), "groups") as is_open:
        if not is_open:
            return
        listed = downloads.Shown(
            (text("shared.column_area", language), columns[0], text("shared.column_code", language)),
            tuple(
                (cube.labels[i], names[int(clusters.group[i])], cube.codes[i])
                for i in np.argsort(clusters.group, kind="stable")
                if clusters.group[i] >= 0
            ),
        )
        tables.table(listed)
        downloads.panel(
            context,
            "buren_groepen",
            text("buren.groups_list", language),
            listed,
            [indicator_texts.rows[v] for v in clusters.variables],
        )
