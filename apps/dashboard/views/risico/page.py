"""Risico: where complaints are expected to begin, how sure that is, what the model is worth and what it is not for."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import gate, helpline, markup
from apps.dashboard.components.address import Address
from apps.dashboard.components.headline import headline, opening
from apps.dashboard.data.release import Row
from apps.dashboard.views.risico import map_part, model_part, model_tables, sentences
from apps.dashboard.views.risico.model_tables import RiskArea
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import is_ranked
from apps.dashboard.wording.texts import text

LEVELS = ("wijk", "gemeente")


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("risico.title", language), anchor=False)
    artefact = gate.artefact(context.release)
    if not artefact.sha256:
        opening(text("risico.absent", language))
        st.html(markup.note(text("risico.absent_way_on", language)))
        return
    if artefact.is_synthetic:
        st.warning(text("risico.synthetic", language), icon=":material/science:")
    if not gate.risk_is_open(context):
        return
    models = model_tables.models(context.release)
    address = Address("risico", language)
    model, level = _choices(context, address, models)
    areas = model_tables.areas(context.release, model["model_id"], level)
    if areas:
        headline(sentences.headline(areas, model, level, language))
    elif not model["is_released"]:
        why = model["not_released_because_nl" if language == "nl" else "not_released_because"]
        st.warning(text("risico.not_released", language, reason=why))
    helpline.show(context, map_part.indicators_of(context, model))
    _badges(context, model)
    left, right = st.columns([3, 2], gap="large")
    with right:
        # The list of names is the way to the card without a mouse.
        chosen = _card(context, address, model, areas) if areas else ""
        model_part.skill_in_words(context, model)
        model_part.visits(context, areas, level)
        model_part.use(context, model)
    with left:
        if areas:
            map_part.show(context, model, level, areas, chosen, lambda code: address.choose("area", code))
    address.settle()
    model_part.details(context, model)
    model_part.contributions(context, model)
    model_part.subgroups(context, model)
    if areas:
        map_part.table(context, model, level, areas)
    model_part.card(context, model)
    with st.expander(text("shared.help_title", language), icon=":material/help:"):
        for part in ("estimate", "margin", "silence"):
            st.markdown(text(f"risico.help_{part}", language))


def _choices(context: Context, address: Address, models: list[Row]) -> tuple[Row, str]:
    language = context.language
    one, two, three = st.columns(3)
    targets = list(dict.fromkeys(model["target"] for model in models))
    target = address.one(
        "target", targets, targets[0], text("risico.choose_target", language),
        lambda item: text(f"risico.target_{item}", language), column=one,
    )  # fmt: skip
    bands = {model["age_band"]: model for model in models if model["target"] == target}
    band = address.one(
        "age", list(bands), list(bands)[-1], text("risico.choose_age", language),
        lambda item: sentences.ages(item, language), column=two,
    )  # fmt: skip
    level = address.one(
        "level", LEVELS, LEVELS[0], text("risico.choose_level", language),
        lambda item: text(f"risico.level_{item}", language), column=three, forgets=("area",),
    )  # fmt: skip
    return bands[band], level


def _badges(context: Context, model: Row) -> None:
    language = context.language
    shown = [(text("risico.badge_model", language), "model")]
    if model["is_synthetic"]:
        shown.append((text("risico.badge_synthetic", language), "model"))
    if model["effort"] == "quick":
        shown.append((text("risico.badge_quick", language), "model"))
    st.html(markup.badges(shown))
    who = context.title_of(model, "informant")
    st.html(markup.note(text("risico.informant", language, who=who)))


def _card(context: Context, address: Address, model: Row, areas: list[RiskArea]) -> str:
    """The area to look at, by its name, and its card; returns the code, empty while none is chosen."""
    language = context.language
    by_code = {area.code: area for area in areas}
    chosen: str = address.one(
        "area", ["", *by_code], "", text("risico.choose_area", language),
        lambda code: map_part.name_of(by_code[code]) if code else text("risico.no_area", language),
    )  # fmt: skip
    if not chosen:
        st.html(markup.note(text("risico.card_empty", language)))
        return chosen
    area = by_code[chosen]
    margin = sentences.interval(area.lower, area.upper, language)
    note = text("risico.card_note", language, interval=margin) if margin else ""
    ranked = any(is_ranked(row) for row in map_part.indicators_of(context, model))
    st.html(
        markup.area_card(
            area.name,
            area.gemeente,
            sentences.percentage(area.value, language),
            note,
            sentences.about(area, language, is_ranked=ranked),
        )
    )
    close = text("verkennen.card_close", language)
    st.button(close, on_click=lambda: address.choose("area", None), icon=":material/close:")
    return chosen
