"""A new plan: outcome and areas first, then the chance to see anything, and only then it is frozen."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import Address
from apps.dashboard.data import counts, workplace
from apps.dashboard.data.counts import Counts
from apps.dashboard.data.helping import approaches
from apps.dashboard.profile import doing
from apps.dashboard.views.doen.where import outcome_names
from apps.dashboard.wording import doing as words
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.effects.design import planned_looks
from datawerkplaats.workplace import interventions
from datawerkplaats.workplace.interventions import Registered
from datawerkplaats.workplace.people import Right
from datawerkplaats.workplace.plans import AIMS, CHOSEN_BY, Plan

_EFFECTS = (0.10, 0.20, 0.30)
_AHEAD = 3
_OFTEN, _HALF = 0.8, 0.5


def show(context: Context, address: Address, found: list[Registered]) -> None:
    """Draw the steps."""
    language = context.language
    st.subheader(text("doen.new_title", language), anchor=False)
    if not context.subject.may(Right.AGREE):
        st.html(markup.note(text("doen.new_closed", language)))
        return
    options = {f"{one}|{level}": (one, level) for one, level, *_ in counts.outcomes(context.release)}
    if not options:
        st.html(markup.note(text("doen.no_outcomes", language)))
        return
    st.html(markup.note(text("doen.new_intro", language)))
    names = outcome_names(context, list(options))
    key = address.one(
        "plan", list(options), next(iter(options)), text("doen.outcome", language), names.__getitem__
    )
    known = counts.counts(context.release, *options[key])
    if known is None:
        return
    plan = _plan(context, known, address)
    _chances(context, plan, found)
    _freeze(context, plan, found)


def _plan(context: Context, known: Counts, address: Address) -> Plan:
    language = context.language
    named = dict(zip(known.codes, known.names, strict=True))
    areas = st.multiselect(
        text("doen.plan_areas", language),
        list(named),
        format_func=named.__getitem__,
        key="new_areas",
        placeholder=text("doen.choose_areas", language),
    )
    columns = st.columns(4)
    years = list(range(known.years[-1] + 1, known.years[-1] + 1 + _AHEAD))
    year = columns[0].selectbox(text("doen.start_year", language), years, key="new_year")
    why = columns[1].selectbox(
        text("doen.chosen_by", language), CHOSEN_BY, index=CHOSEN_BY.index("need"),
        format_func=lambda name: text(f"doen.why_{name}", language), key="new_why",
    )  # fmt: skip
    aim = columns[2].selectbox(
        text("doen.aim", language),
        AIMS,
        format_func=lambda name: text(f"doen.aim_{name}", language),
        key="new_aim",
    )
    size = columns[3].number_input(
        text("doen.smallest", language), min_value=1, max_value=90, value=20, step=5, key="new_size"
    )
    smallest = (-1 if aim == "lower" else 1) * int(size) / 100
    return Plan("", "", known.indicator, known.level, dict.fromkeys(areas, int(year)), (), why, aim, smallest)


def _chances(context: Context, plan: Plan, found: list[Registered]) -> None:
    language = context.language
    st.markdown(f"**{text('doen.power_title', language)}**")
    if not plan.starts:
        st.html(markup.note(text("doen.power_none", language)))
        return
    sign = -1 if plan.aim == "lower" else 1
    effects = tuple(sorted({sign * size for size in _EFFECTS} | {plan.smallest_effect}, key=abs))
    chances = doing.chances(context.release, plan, found, effects)
    if not chances:
        st.html(markup.note(text("doen.power_not_known", language)))
        return
    looks = planned_looks(max(plan.starts.values()) - plan.first)
    asked = next(one for one in chances if one.effect == plan.smallest_effect)
    size = "often" if asked.in_the_end >= _OFTEN else "half" if asked.in_the_end >= _HALF else "seldom"
    lead = text(
        f"doen.power_{size}", language, effect=words.per_cent(asked.effect, language, signed=True),
        chance=words.chance(asked.in_the_end), years=looks[-1],
    )  # fmt: skip
    header = [text("doen.power_effect", language)]
    header += [text("doen.power_after", language, years=years) for years in (looks[0], looks[-1])]
    rows = [
        [
            words.per_cent(one.effect, language, signed=True),
            *(
                text("doen.often", language, chance=words.chance(share))
                for share in (one.at_first, one.in_the_end)
            ),
        ]
        for one in chances
    ]
    st.html(f'<p class="dw-verdict">{escape(lead)}</p>' + markup.table(header, rows))
    st.html(markup.note(text("doen.power_note", language)))


def _freeze(context: Context, plan: Plan, found: list[Registered]) -> None:
    language = context.language
    known = {one.id: one.name for one in approaches(context.release, language) or ()}
    with st.form("plan"):
        title = st.text_input(text("doen.plan_name", language), max_chars=200)
        approach = st.selectbox(
            text("doen.approach", language), ["", *known],
            format_func=lambda key: known.get(key, text("doen.approach_own", language)),
        )  # fmt: skip
        if st.form_submit_button(text("doen.freeze", language)):
            whole = Plan(**{**vars(plan), "title": title, "approach": approach})
            facts = doing.facts_of(context.release, whole, found)
            keep = partial(interventions.register_plan, workplace.store(), context.subject)
            forms.act(language, "doen.kept", partial(keep, whole, facts))
