"""The programme of the region: its goals with the newest figures, and what people tell of reach, delivery and steps."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import partial
from html import escape

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.data import cube, one_area, workplace
from apps.dashboard.data.release import Row
from apps.dashboard.profile import goals_here
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import text
from datawerkplaats.workplace import programmes
from datawerkplaats.workplace.figures import Figure, Selection
from datawerkplaats.workplace.goals import Goal
from datawerkplaats.workplace.interventions import LEAST_REACHED
from datawerkplaats.workplace.people import Right
from datawerkplaats.workplace.programmes import KINDS, Followed, Programme

_LEVELS = ("province", "ggd_region", "gemeente", "wijk")
_AHEAD = 4
_RUNNING = "running"


def show(context: Context) -> None:
    """Draw the programmes, and the forms for who may use them."""
    language = context.language
    found = goals_here.programmes_of(context)
    st.subheader(text("programma.title", language), anchor=False)
    st.html(markup.note(text("programma.intro" if found else "programma.none", language)))
    for one in found:
        st.html(_programme(context, one))
    if not context.subject.may(Right.AGREE):
        st.html(markup.note(text("programma.closed", language)))
        return
    _begin(context)
    running = [one for one in found if one.status == _RUNNING]
    if running:
        _goal(context, running)
    if any(one.goals for one in running):
        _tell(context, [goal for one in running for goal in one.goals])


def _programme(context: Context, one: Programme) -> str:
    language = context.language
    goals = [goals_here.told(context, followed) for followed in one.goals]
    years = text(
        "programma.years", language, first=one.first_year, last=one.last_year, organisation=one.organisation
    )
    status = "" if one.status == _RUNNING else f"{text(f'programma.status_{one.status}', language)}. "
    cards = "".join(goals_here.as_html(item, language) for item in goals)
    return (
        f'<section class="dw-programme"><h3>{escape(one.title)}</h3><p class="dw-plan-facts">{escape(status + years)}</p>'
        f"<p>{escape(goals_here.summary(one, goals, language))}</p>"
        f'<div class="dw-plans">{cards}</div></section>'
    )


def _begin(context: Context) -> None:
    # Drawing a form writes nothing yet: the store is not opened for the year.
    language, year = context.language, datetime.now(UTC).year
    with st.expander(text("programma.begin_title", language)), st.form("programme_begin"):
        title = st.text_input(text("programma.name", language), max_chars=200)
        left, right = st.columns(2)
        first = left.number_input(text("programma.first_year", language), 2000, 2100, year)
        last = right.number_input(text("programma.last_year", language), 2000, 2100, year + _AHEAD)
        if st.form_submit_button(text("programma.begin", language)):
            begin = partial(programmes.begin_programme, workplace.store(), context.subject)
            forms.act(language, "programma.begun", partial(begin, title, int(first), int(last)))


def _goal(context: Context, running: list[Programme]) -> None:
    language = context.language
    with st.expander(text("programma.goal_title", language)):
        st.html(markup.note(text("programma.goal_intro", language)))
        one = st.selectbox(
            text("programma.which", language), running, format_func=lambda one: one.title, key="goal_of"
        )
        columns = st.columns(2)
        inside = {
            level: [row for row in cube.regions(context.release, level) if row["is_focus"]]
            for level in _LEVELS
        }
        level = columns[0].selectbox(
            text("programma.level", language), [level for level in _LEVELS if inside[level]], key="goal_level",
            format_func=lambda name: text(f"kwaliteit.level_{name}", language),
        )  # fmt: skip
        areas = inside.get(level, [])
        area = columns[1].selectbox(
            text("programma.area", language), areas, format_func=_area_name, key=f"goal_area_{level}"
        )
        begin = _figure(context, level, str(area["code"])) if area else None
        if one is None or begin is None:
            st.html(markup.note(text("programma.no_figures", language)))
            return
        _goal_form(context, one, begin)


def _area_name(row: Row) -> str:
    inside = row["gemeente_name"]
    return f"{row['name']} ({inside})" if inside and inside != row["name"] else str(row["name"])


def _figure(context: Context, level: str, code: str) -> Figure | None:
    """The figure that was chosen, as the release shows it: its newest year at the age that has most."""
    language, texts = context.language, IndicatorTexts(context)
    shown = [
        row
        for row in one_area.all_years(context.release, level, code)
        if row["value"] is not None and row["indicator_id"] in texts.rows
    ]
    known = {row["indicator_id"] for row in shown if texts.rows[row["indicator_id"]]["status"] != "retired"}
    chosen = st.selectbox(
        text("programma.figure", language), sorted(known, key=texts.title), format_func=texts.menu_title,
        key=f"goal_figure_{level}_{code}",
    )  # fmt: skip
    if chosen is None:
        return None
    mine = [row for row in shown if row["indicator_id"] == chosen]
    age = min(Counter(row["age"] for row in mine).items(), key=lambda item: (-item[1], item[0]))[0]
    row = max((row for row in mine if row["age"] == age), key=lambda row: row["year"])
    style = texts.style(chosen, bool(row["is_modelled"]))
    st.html(
        markup.note(text("programma.begins_at", language, value=style.value(row["value"]), year=row["year"]))
    )
    return workplace.figure(context.release, Selection(chosen, code, row["year"], age))


def _goal_form(context: Context, one: Programme, begin: Figure) -> None:
    language, at = context.language, begin.selection
    with st.form("programme_goal"):
        title = st.text_input(text("programma.goal_name", language), max_chars=200)
        owner = st.text_input(text("programma.owner", language), max_chars=120)
        columns = st.columns(3)
        target = columns[0].number_input(
            text("programma.target", language), value=round(float(begin.value or 0.0), 1), step=0.1,
            key=f"goal_target_{at.key}",
        )  # fmt: skip
        year = columns[1].number_input(text("programma.target_year", language), 2000, 2100, one.last_year)
        people = columns[2].number_input(text("programma.people", language), min_value=0, step=10, value=100)
        if st.form_submit_button(text("programma.add", language)):
            goal = Goal(title, owner, float(target), int(year), int(people))
            add = partial(programmes.add_goal, workplace.store(), context.subject, one.id, goal, begin)
            rows = IndicatorTexts(context).rows
            is_followed = at.indicator_id in rows and rows[at.indicator_id]["status"] != "retired"
            forms.act(language, "programma.added", partial(add, is_followed=is_followed))


def _tell(context: Context, goals: list[Followed]) -> None:
    language = context.language
    with st.expander(text("programma.tell_title", language)), st.form("programme_tell"):
        one = st.selectbox(
            text("programma.which_goal", language), goals, format_func=lambda one: one.goal.title
        )
        kind = st.selectbox(
            text("programma.kind", language), KINDS, format_func=lambda name: text(f"programma.kind_{name}", language)
        )  # fmt: skip
        what = st.text_input(text("programma.what", language), max_chars=200)
        left, right = st.columns(2)
        done = left.number_input(text("programma.done", language), min_value=0, step=1, value=LEAST_REACHED)
        planned = right.number_input(text("programma.planned", language), min_value=0, step=1, value=0)
        if st.form_submit_button(text("programma.tell", language)):
            tell = partial(
                programmes.tell_progress, workplace.store(), context.subject, one.id, kind, int(done)
            )
            forms.act(language, "programma.kept", partial(tell, what=what, planned=int(planned)))
