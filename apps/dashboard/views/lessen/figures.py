"""The figures that a lesson names, as the release shows them; none where the release does not hold one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.dashboard.components.address import chosen_area
from apps.dashboard.components.area_choice import first_gemeente
from apps.dashboard.data import cube, periods, predictions
from apps.dashboard.data.regions import in_focus
from apps.dashboard.data.release import Release, Row, records
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number, format_value
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.dimensions import Text
from datawerkplaats.catalogue.lessons import PLACE, AskedFigure, Lesson, Step

_HUNDRED = 100.0
_MOMENT = """
select o.region_code as code, max_by(r.region_name, r.region_vintage) as name,
    bool_or({focus}) as is_focus, max(r.gemeente_code) as gemeente, any_value(o.year) as year,
    any_value(o.value) as value, any_value(o.lower) as lower, any_value(o.upper) as upper,
    bool_or(o.is_model_estimate) as is_modelled
from (
    select * from core.fct_observation
    where indicator_id = ? and region_level = ? and sex = 'total' and value is not null
    qualify dense_rank() over (
        order by year desc, case age_band when 'all' then 0 when '18+' then 1 when '16-25' then 2 else 3 end, age_band
    ) = 1
) as o
join core.dim_region as r on o.region_code = r.region_code and o.region_level = r.region_level
group by o.region_code order by o.region_code"""
_MODEL = "select * from core.dim_model where is_released order by model_id limit 1"


@dataclass(frozen=True)
class Told:
    """One figure in numbers and in words; a part that the release does not hold is empty."""

    number: float
    low: float | None = None
    high: float | None = None
    is_modelled: bool = False
    words: tuple[tuple[str, str], ...] = ()

    def part(self, name: str) -> str:
        """A part in words."""
        return dict(self.words).get(name, "")

    def number_of(self, part: str) -> float:
        """A part as a number: the figure itself, or what is left of a hundred."""
        return _HUNDRED - self.number if part == "rest" else self.number


Figures = dict[str, Told]


def resolved(context: Context, lesson: Lesson) -> Figures:
    """The figures of a lesson that this release holds."""
    model = _model_figures(context) if any(asked.model for asked in lesson.figures.values()) else {}
    found: Figures = {}
    for name, asked in lesson.figures.items():
        told = model.get(asked.model) if asked.model else _of_indicator(context, asked)
        if told is not None:
            found[name] = told
    return found


def missing(context: Context, lesson: Lesson, step: Step, figures: Figures) -> list[str]:
    """What a step names and the release does not hold or show: the indicator's name, or that it is of a risk model."""
    titles = IndicatorTexts(context)
    gone = []
    for field, name, part in lesson.named():
        if field.split(".")[0] == step.step_id and (name not in figures or not figures[name].part(part)):
            indicator = lesson.figures[name].indicator
            known = titles.title(indicator) if indicator in titles.rows else indicator
            gone.append(known or text("lessen.of_model", context.language))
    return list(dict.fromkeys(gone))


def filled(context: Context, told: Text, figures: Figures) -> str:
    """A text of a lesson with its figures."""
    return PLACE.sub(lambda found: figures[found[1]].part(found[2]), context.of_theme(told))


def answer(step: Step, figures: Figures) -> str:
    """The right answer: a number as text, or the option."""
    assert step.predict is not None
    wanted = step.predict.answer
    if wanted.number:
        name, _, part = wanted.number.partition(".")
        return f"{figures[name].number_of(part):.10g}"
    if wanted.option:
        return wanted.option
    shown = [figures[name] for name in wanted.of]
    if wanted.rule == "modelled":
        return "yes" if shown[0].is_modelled else "no"
    if wanted.rule == "lower":
        return "yes" if shown[0].number < shown[1].number else "no"
    return "yes" if _overlap(*shown) else "no"


def _overlap(first: Told, second: Told) -> bool:
    low, high = first.low if first.low is not None else first.number, first.high or first.number
    other_low, other_high = (
        second.low if second.low is not None else second.number,
        second.high or second.number,
    )
    return low <= other_high and other_low <= high


def _of_indicator(context: Context, asked: AskedFigure) -> Told | None:
    texts = IndicatorTexts(context)
    if asked.indicator is None or asked.indicator not in texts.rows:
        return None
    rows = records(
        context.release.identity,
        _MOMENT.format(focus=in_focus(context.release)),
        (asked.indicator, asked.level),
    )
    here = _here(context, asked.level, rows)
    row = _chosen(asked, rows, here)
    if row is None:
        return None
    style = texts.style(asked.indicator, bool(row["is_modelled"]))
    value, lower, upper = row["value"], row["lower"], row["upper"]
    has_margin = lower is not None and upper is not None
    words = {
        "value": style.value(value),
        "lower": style.value(lower) if has_margin else "",
        "upper": style.value(upper) if has_margin else "",
        "half": style.difference((upper - lower) / 2) if has_margin else "",
        "rest": style.value(_HUNDRED - value) if style.unit == "%" else "",
        "area": str(row["name"]),
        "title": texts.title(asked.indicator),
        "year": periods.when(context.release, asked.indicator, int(row["year"])),
    }
    return Told(value, lower, upper, bool(row["is_modelled"]), tuple(words.items()))


def _here(context: Context, level: str, rows: Sequence[Row]) -> Row | None:
    """The row of the reader's own area at a level: the area itself, the one it lies in, or the first that lies in it."""
    code = chosen_area()
    known = {row["code"]: row for row in cube.regions(context.release, "gemeente")}
    own = known.get(code) or known.get(f"GM{code[2:6]}") or first_gemeente(known.values())
    gemeente = str(own["code"]) if own else ""
    by_code = {row["code"]: row for row in rows}
    if code in by_code:
        return by_code[code]
    if level == "wijk":
        return next((row for row in rows if row["gemeente"] == gemeente), None)
    if level == "gemeente":
        return by_code.get(gemeente)
    return next((row for row in rows if row["is_focus"]), rows[0] if rows else None)


def _chosen(asked: AskedFigure, rows: Sequence[Row], here: Row | None) -> Row | None:
    if asked.which == "here" or here is None:
        return here
    inside = [row for row in rows if row["is_focus"]] or list(rows)
    with_margin = [row for row in inside if row["lower"] is not None and row["upper"] is not None]
    if asked.which == "widest":
        return max(with_margin, key=lambda row: row["upper"] - row["lower"], default=None)
    others = [row for row in with_margin if row["code"] != here["code"]]
    return min(others, key=lambda row: abs(row["value"] - here["value"]), default=None)


def _model_figures(context: Context) -> Figures:
    """What the first released model is worth; nothing while no decision to show it holds."""
    try:
        opened = predictions.opened(context.release)
        found = records(opened.identity, _MODEL)
    except DataProblem:
        return {}
    if not found:
        return {}
    return _worth(context, opened, found[0])


def _worth(context: Context, opened: Release, model: Row) -> Figures:
    asked = (model["model_id"],)
    rows = records(opened.identity, "select * from quality.rpt_model_skill where model_id = ?", asked)
    skill: dict[tuple[str, str, str], Row] = {
        (row["competitor"], row["evaluation"], row["metric"]): row for row in rows
    }
    chosen, title = str(model["put_forward"]), context.title_of(model)
    figures: Figures = {}
    at = {
        name: skill[chosen, "threshold", name]["value"]
        for name in ("sensitivity", "specificity", "prevalence")
        if (chosen, "threshold", name) in skill
    }
    if len(at) == len(("sensitivity", "specificity", "prevalence")):
        seen, spared, base = at["sensitivity"], at["specificity"], at["prevalence"]
        figures["right"] = _share(context, _HUNDRED * (seen * base + spared * (1 - base)), title)
        figures["right_if_nobody"] = _share(context, _HUNDRED * (1 - base), title)
        figures["found"] = _share(context, _HUNDRED * seen, title)
    for name, competitor in (("auroc", chosen), ("auroc_founding", "founding")):
        row = skill.get((competitor, "cross-validation", "AUROC"))
        if row is not None:
            figures[name] = _score(context, row, title)
    sql = "select * from quality.rpt_model_contribution where model_id = ? order by share desc, topic"
    topics: list[Row] = records(opened.identity, sql, asked)
    for name, is_floor in (("top_topic", False), ("noise_topic", True)):
        topic = next((one for one in topics if bool(one["is_floor"]) is is_floor), None)
        if topic is not None:
            figures[name] = _share(context, _HUNDRED * topic["share"], context.title_of(topic))
    return figures


def _share(context: Context, number: float, title: str) -> Told:
    words = {"value": format_value(number, "%", 0, context.language), "title": title}
    return Told(number, words=tuple(words.items()))


def _score(context: Context, row: dict[str, Any], title: str) -> Told:
    def shown(name: str) -> str:
        return "" if row[name] is None else format_number(row[name], 2, context.language)

    words = {"value": shown("value"), "lower": shown("lower"), "upper": shown("upper"), "title": title}
    return Told(row["value"], row["lower"], row["upper"], words=tuple(words.items()))
