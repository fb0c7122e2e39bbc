"""Paste an assistant's answer: every number in it beside the release. Nothing of it is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import chosen_area
from apps.dashboard.components.area_choice import first_gemeente
from apps.dashboard.data import cube
from apps.dashboard.data.regions import in_focus
from apps.dashboard.data.release import held_against, records
from apps.dashboard.views.lessen import numbers
from apps.dashboard.wording import beside
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import plural, text
from datawerkplaats.base.errors import DataProblem

MOST_SENTENCE = 160
_FIGURES = """
select o.indicator_id, r.region_name as area, o.year, o.value, o.lower, o.upper, o.is_model_estimate as is_modelled,
    {mean} as mean
from core.fct_observation as o
join core.dim_region as r
    on o.region_code = r.region_code and o.region_level = r.region_level and o.region_vintage = r.region_vintage
where o.sex = 'total' and o.value is not null and (
    o.region_level in ('country', 'province') or (o.region_level = 'gemeente' and {focus})
)
qualify row_number() over (
    partition by o.indicator_id, r.region_name, o.year
    order by case o.age_band when 'all' then 0 when '18+' then 1 when '16-25' then 2 else 3 end, o.region_vintage desc
) = 1"""


def show(context: Context) -> None:
    """The field, and below it what was found."""
    language = context.language
    with st.form("check_text"):
        # No limit in the browser: it would cut the text off without a word.
        pasted = st.text_area(text("lessen.paste", language), height=220)
        if not st.form_submit_button(text("lessen.check", language), type="primary"):
            return
    try:
        told = numbers.plain_text(pasted)
    except DataProblem as problem:
        st.error(problem.sentence(language))
        return
    found = numbers.judged(told, candidates(context), _area(context), language)
    counts = Counter(one.verdict for one in found)
    if not found:
        st.html(markup.note(text("lessen.no_numbers", language)))
        return
    st.html(
        markup.note(
            plural("lessen.checked", len(found), language, right=counts["right"] + counts["in_margin"])
        )
    )
    header = [
        text(f"lessen.column_{name}", language) for name in ("number", "verdict", "against", "sentence")
    ]
    rows = [
        [
            one.number, text(f"lessen.verdict_{one.verdict}", language), _against(one),
            one.sentence[:MOST_SENTENCE] + ("…" if len(one.sentence) > MOST_SENTENCE else ""),
        ]
        for one in found
    ]  # fmt: skip
    st.html(markup.table(header, rows))
    st.html(markup.note(text("lessen.check_how", language)))


def _against(one: numbers.Judged) -> str:
    figure = one.against
    return "" if figure is None else f"{figure.title}, {figure.area}, {figure.year}: {figure.shown}"


def _area(context: Context) -> str:
    """The area that is meant where a text names none."""
    known = {row["code"]: row for row in cube.regions(context.release, "gemeente")}
    own = known.get(chosen_area()) or first_gemeente(known.values())
    return str(own["name"]) if own else ""


def candidates(context: Context) -> list[numbers.Candidate]:
    """The figures that a text may speak of: of the country, the provinces and the gemeenten of the region."""
    texts = IndicatorTexts(context)
    mean, *_ = held_against(context.release)
    rows = records(context.release.identity, _FIGURES.format(focus=in_focus(context.release), mean=mean))
    found = []
    for row in rows:
        if row["indicator_id"] not in texts.rows:
            continue
        title, area, year = texts.title(row["indicator_id"]), str(row["area"]), int(row["year"])
        style = texts.style(row["indicator_id"], bool(row["is_modelled"]))
        own = numbers.Candidate(
            title, area, year, row["value"], row["lower"], row["upper"], style.value(row["value"])
        )
        found.append(own)
        if (
            row["mean"] != row["value"]
        ):  # a sentence of ours about the mean of estimates names the survey's too
            by_estimates = beside.name(area, True, context.language)
            shown = texts.style(row["indicator_id"], True).value(row["mean"])
            found.append(replace(own, area=by_estimates))
            found.append(numbers.Candidate(title, by_estimates, year, row["mean"], None, None, shown))
    return found
