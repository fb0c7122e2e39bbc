"""What the model is worth, for whom, what moves it and what it is for: everything but the areas."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import downloads, markup, plot
from apps.dashboard.components.charts.plain import bars
from apps.dashboard.data.release import Row
from apps.dashboard.views.risico import model_tables, sentences
from apps.dashboard.views.risico.model_tables import RiskArea
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import NO_VALUE, format_number, format_value
from apps.dashboard.wording.texts import text, word

COMPETITORS = ("glass_box", "logistic_splines", "boosting", "founding", "prevalence")
NOT_FOR = ("person", "ranking", "effect", "cause")


def _key(key: str, context: Context) -> str:
    return text(f"risico.{key}", context.language)


def skill_in_words(context: Context, model: Row) -> None:
    """The model's worth in numbers out of a hundred."""
    st.subheader(_key("skill_title", context), anchor=False)
    found = model_tables.skill(context.release, model["model_id"])
    for sentence in sentences.skill(found, model["put_forward"], context.language):
        st.markdown(f"- {sentence}")


def visits(context: Context, areas: list[RiskArea], level: str) -> None:
    """What going by the map is worth to who has to choose where to begin."""
    said = sentences.visits(areas, level, context.language)
    if said:
        st.subheader(_key("visits_title", context), anchor=False)
        for sentence in said:
            st.markdown(f"- {sentence}")


def use(context: Context, model: Row) -> None:
    """What the model may and may not be used for."""
    st.subheader(_key("use_title", context), anchor=False)
    allowed = context.title_of(model, "allowed_use")
    refused = "\n".join(_key(f"not_{name}", context) for name in NOT_FOR)
    st.html(
        markup.definitions([(_key("use_allowed", context), allowed), (_key("use_not", context), refused)])
    )


def details(context: Context, model: Row) -> None:
    """AUROC, calibration and the competing models, folded away."""
    language = context.language
    found = model_tables.skill(context.release, model["model_id"])
    with st.expander(_key("details_title", context), icon=":material/monitoring:"):
        header = [
            _key(f"column_{name}", context) for name in ("model", "auroc", "slope", "ici", "brier", "later")
        ]
        rows = []
        for name in COMPETITORS:
            if (name, "cross-validation", "AUROC") not in found:
                continue
            chosen = f" ({_key('choice_label', context).lower()})" if name == model["put_forward"] else ""
            figures = [
                # The average for everybody has no slope to speak of.
                NO_VALUE
                if (name, metric) == ("prevalence", "calibrationSlope")
                else sentences.bounded(found.get((name, evaluation, metric)), language)
                for evaluation, metric in (
                    ("cross-validation", "AUROC"),
                    ("cross-validation", "calibrationSlope"),
                    ("cross-validation", "ICI"),
                    ("cross-validation", "brier score scaled"),
                    ("temporal", "AUROC"),
                )
            ]
            rows.append([_key(f"model_{name}", context) + chosen, *figures])
        st.html(markup.table(header, rows))
        shuffled = format_number(model["shuffled_auroc"], 2, language)
        st.html(markup.note(text("risico.auroc_help", language, shuffled=shuffled)))
        st.html(markup.note(_key("accuracy_help", context)))
        st.markdown(f"**{_key('calibration_title', context)}**")
        columns = [
            _key(f"column_{name}", context) for name in ("tenth", "predicted", "observed", "margin", "people")
        ]
        lines = [
            [
                str(row["tenth"]),
                format_value(100 * row["predicted"], "%", 0, language),
                format_value(100 * row["observed"], "%", 0, language),
                sentences.interval(100 * row["lower"], 100 * row["upper"], language),
                format_number(row["people"], 0, language),
            ]
            for row in model_tables.calibration(context.release, model["model_id"])
        ]
        st.html(markup.table(columns, lines))


def contributions(context: Context, model: Row) -> None:
    """Relative contributions with pure noise among them, and the warning that they are no causes."""
    language = context.language
    topics = model_tables.contributions(context.release, model["model_id"])
    if not topics:
        return
    st.subheader(_key("contribution_title", context), anchor=False)
    st.html(markup.note(_key("contribution_note", context), "warn"))
    floor = next((topic for topic in topics if topic["is_floor"]), None)
    shares = [
        {
            "n": context.title_of(topic),
            "x": 100 * topic["share"],
            "t": format_value(100 * topic["share"], "%", 0, language),
        }
        for topic in topics
    ]
    words = {"area": _key("column_topic", context), "value": _key("column_share", context)}
    alt = text("risico.contribution_alt", language, count=len(topics))
    spec = bars(shares, words)
    how = plot.Help("risico_topics", context.title_of(model), language)
    plot.draw(spec, key=f"risico_topics_{model['model_id']}_{language}", alt=alt, how_to_read=how)
    title = f"{_key('contribution_title', context)} · {context.title_of(model)}"
    downloads.images(context, "risico_bijdragen", title, downloads.Drawing(spec, alt), [])
    header = [_key(f"column_{name}", context) for name in ("topic", "share", "places", "noise")]
    rows = [
        [
            context.title_of(topic),
            format_value(100 * topic["share"], "%", 0, language),
            f"{topic['rank_lower']} – {topic['rank_upper']}",
            sentences.above_noise(topic, floor, language),
        ]
        for topic in topics
    ]
    st.html(markup.table(header, rows))


def subgroups(context: Context, model: Row) -> None:
    """The model's worth per group of participants."""
    language = context.language
    found = model_tables.subgroups(context.release, model["model_id"])
    if not found:
        return
    st.subheader(_key("subgroup_title", context), anchor=False)
    st.html(markup.note(_key("subgroup_note", context)))
    header = [_key(f"column_{name}", context) for name in ("group", "people", "events", "auroc", "oe")]
    few, rows = _key("too_few", context), []
    for row in found:
        ratio = ("observed_expected", "observed_expected_lower", "observed_expected_upper")
        auroc = ("auroc", "auroc_lower", "auroc_upper")
        group = _key(f"group_{row['subgroup']}", context)
        rows.append(
            [
                f"{group}: {sentences.category(row['category'], language)}",
                format_number(row["people"], 0, language),
                format_number(row["events"], 0, language),
                sentences.bounded(row, language, auroc) if row["is_shown"] else few,
                sentences.bounded(row, language, ratio) if row["is_shown"] else few,
            ]
        )
    st.html(markup.table(header, rows))


def card(context: Context, model: Row) -> None:
    """Where the model comes from, who released it and what is known of its limits."""
    language = context.language
    released = f"{model['approved_by']} ({model['approved_at'][:10]})" if model["is_released"] else NO_VALUE
    sample = text(
        "risico.sample_words", language,
        rows=format_number(model["participants"], 0, language), events=format_number(model["events"], 0, language),
        needed=format_number(model["rows_needed"], 0, language),
    )  # fmt: skip
    privacy = text(
        "risico.privacy_words", language,
        auc=format_number(model["membership_auc"], 2, language), cell=format_number(model["smallest_cell"], 0, language),
    )  # fmt: skip
    run = text(
        "risico.run_words",
        language,
        run=model["run_id"],
        design=model["design_hash"],
        data=model["data_hash"],
        seed=model["seed"],
    )
    waiting = ""
    if model["challenger_run_id"]:
        reason = model["challenger_held_back_because"] or NO_VALUE
        waiting = text("risico.waiting_words", language, run=model["challenger_run_id"], reason=reason)
    excluded = ", ".join(word("field", name, language) for name in model["excluded"].split(", "))
    quick = _key("quick_words", context) if model["effort"] == "quick" else ""
    facts = [
        ("sample", f"{sample}\n{quick}".strip()),
        ("choice", context.title_of(model, "choice")),
        ("released", released),
        ("run", run),
        ("waiting", waiting),
        ("excluded", excluded),
        ("privacy", privacy),
        (
            "lists",
            text(
                "risico.lists_words", language, tripod=model["tripod_items"], probast=model["probast_items"]
            ),
        ),
        ("limits", model["limitations"]),
    ]
    with st.expander(_key("card_title", context), icon=":material/assignment:"):
        st.html(markup.definitions([(_key(f"fact_{name}", context), told) for name, told in facts]))
