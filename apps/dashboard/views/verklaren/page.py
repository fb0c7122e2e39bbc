"""Voorzichtig verklaren: which determinants go with a figure between areas, beside what is thought about them; never a cause."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import area_choice, downloads, markup, plot, quality_strip
from apps.dashboard.components.address import Address
from apps.dashboard.components.charts.forest import forest
from apps.dashboard.components.charts.hypothesis_map import hypothesis_map
from apps.dashboard.components.headline import headline
from apps.dashboard.data import cube as cube_data
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.verklaren import figures
from apps.dashboard.views.verklaren.figures import Explanation, Term
from apps.dashboard.views.verklaren.hypotheses import EVIDENCE, agrees, hypotheses
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import NO_VALUE, format_number, rounded
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import Language
from datawerkplaats.catalogue.themes import Theme
from datawerkplaats.statistics import REASONS, explain

MOST_TERMS, USUAL_TERMS = 8, 5
FILE_COLUMNS = (
    "alone", "lower", "upper", "together", "lower2", "upper2", "multilevel_alone", "lower3", "upper3", "multilevel",
    "lower4", "upper4", "sign", "e", "e_limit",
)  # fmt: skip


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("verklaren.title", language), anchor=False)
    st.html(markup.note(text("verklaren.never_cause", language), "warn"))
    address = Address("verklaren", language)
    one, two = st.columns(2)
    level, scope = area_choice.level_and_scope(context, address, (one, two), level=_first_level(context))
    indicator_texts = IndicatorTexts(context)
    moments = cube_data.moments(context.release, level)
    cube = area_choice.table(context, level, scope, moments)
    menu = [item for item in indicator_texts.comparable(moments) if not cube.modelled[item]]
    outcomes = [item for item in menu if indicator_texts.rows[item]["mart"] != "determinant"]
    if not outcomes:
        st.info(text("verklaren.only_estimates", language))
        return
    outcome = address.one(
        "outcome",
        outcomes,
        outcomes[0],
        text("verklaren.choose_outcome", language),
        indicator_texts.menu_title,
    )
    may = [
        item
        for item in menu
        if indicator_texts.rows[item]["mart"] == "determinant"
        and not indicator_texts.refusal(outcome, item, cube.modelled)
    ]
    known = hypotheses(context.theme)
    usual = sorted(may, key=lambda item: item not in known)[:USUAL_TERMS]
    chosen = address.many(
        "determinants",
        may,
        usual,
        text("verklaren.choose_determinants", language),
        indicator_texts.title,
        max_selections=MOST_TERMS,
    )
    address.settle()
    key = (*context.release.view, level, scope)
    found = figures.cached_explanation(key, cube, outcome, tuple(chosen))
    headline(sentence(found, indicator_texts, outcome, language))
    if not found.reason:
        _show(context, indicator_texts, cube, found, outcome)
    years = {moment.indicator_id: moment.year for moment in moments}
    quality_strip.of_figures(
        context, indicator_texts, cube, "explained", [outcome, *chosen], years, link=False
    )
    _map(context, indicator_texts, outcome, chosen)
    with st.expander(text("shared.help_title", language), icon=":material/help:"):
        for part in ("alone", "multilevel", "stability", "e_value", "refute"):
            st.markdown(text(f"verklaren.help_{part}", language))


def _first_level(context: Context) -> str:
    """Wijken where something counted is known of them that is no determinant, else gemeenten."""
    counted = {
        row["indicator_id"] for row in IndicatorTexts(context).rows.values() if not row["source_is_model"]
    }
    moments = cube_data.moments(context.release, "wijk")
    return (
        "wijk" if any(m.mart != "determinant" and m.indicator_id in counted for m in moments) else "gemeente"
    )


def sentence(
    explanation: Explanation, indicator_texts: IndicatorTexts, outcome: str, language: Language
) -> str:
    """What may be said: which determinants go with the outcome beside the others, that none does, or why nothing is computed."""
    title = indicator_texts.title(outcome)
    if explanation.reason:
        why = (
            explain(explanation.reason, language)
            if explanation.reason in REASONS
            else text("verklaren.too_few_areas", language)
        )
        return f"{text('verklaren.refused', language, title=title)} {why}"
    stands = [term for term in explanation.terms if term.stands]
    parts = []
    for key, terms in (
        ("up", [t for t in stands if t.together > 0]),
        ("down", [t for t in stands if t.together < 0]),
    ):
        if terms:
            names = listing([f"'{indicator_texts.title(t.indicator)}'" for t in terms], language)
            parts.append(text(f"verklaren.goes_{key}", language, title=title, names=names))
    if not parts:
        parts.append(text("verklaren.none_stands", language, title=title))
    share = format_number(100 * max(explanation.r2, 0.0), 0, language)
    parts.append(
        text("verklaren.r2", language, share=share, areas=format_number(explanation.areas, 0, language))
    )
    return " ".join(parts)


def _show(
    context: Context, indicator_texts: IndicatorTexts, cube: Cube, explanation: Explanation, outcome: str
) -> None:
    language = context.language
    st.html(
        markup.note(
            f"{text('shared.ecological', language)} {context.title_of(indicator_texts.rows[outcome], 'caveats')}"
        )
    )
    words = {
        key: text(f"verklaren.{key}", language)
        for key in ("axis", "alone", "together", "multilevel", "determinant", "how")
    }
    words["decimal_mark"] = "," if language == "nl" else "."
    rows = []
    for term in explanation.terms:
        for kind, value, lower, upper in (
            ("alone", term.alone, term.alone_lower, term.alone_upper),
            ("together", term.together, term.lower, term.upper),
            *([("multilevel", *term.multilevel)] if term.multilevel else []),
        ):
            told = _interval(value, lower, upper, language)
            rows.append(
                {
                    "n": indicator_texts.title(term.indicator),
                    "k": words[kind],
                    "v": value,
                    "lo": lower,
                    "hi": upper,
                    "t": told,
                }
            )
    alt = text("verklaren.alt", language, title=indicator_texts.title(outcome), count=len(explanation.terms))
    spec = forest(rows, words)
    how = plot.Help("verklaren_forest", indicator_texts.title(outcome), language)
    plot.draw(spec, key=f"forest_{outcome}", alt=alt, how_to_read=how)
    st.html(markup.note(between_sentence(explanation, language)))
    polarity = indicator_texts.rows[outcome]["polarity"] or "neutral"
    names = (
        "determinant", "alone", "together", "multilevel_alone", "multilevel", "stability", "e_value", "expected", "verdict",
    )  # fmt: skip
    header = [text(f"verklaren.{name}", language) for name in names]
    cells = [
        [indicator_texts.title(term.indicator), *_cells(term, polarity, context.theme, language)]
        for term in explanation.terms
    ]
    st.html(markup.table(header, cells))
    numbers = tuple(text(f"verklaren.file_{name}", language) for name in FILE_COLUMNS)
    shown = downloads.Shown(
        (header[0], *numbers, *header[-2:]),
        tuple(
            (
                indicator_texts.title(t.indicator),
                *(None if part is None else float(rounded(part, 2)) for part in _numbers(t)),
                *cell[-2:],
            )
            for t, cell in zip(explanation.terms, cells, strict=True)
        ),
    )
    used = [indicator_texts.rows[item] for item in (outcome, *(t.indicator for t in explanation.terms))]
    title = f"{text('verklaren.file', language)} {indicator_texts.title(outcome)}"
    downloads.panel(context, "verklaren", title, shown, used, drawing=downloads.Drawing(spec, alt))


def _numbers(term: Term) -> tuple[float | None, ...]:
    """The figures of a term in the order of `FILE_COLUMNS`."""
    nothing = (None, None, None)
    return (
        term.alone, term.alone_lower, term.alone_upper, term.together, term.lower, term.upper,
        *(term.multilevel_alone or nothing), *(term.multilevel or nothing), term.same_sign, term.e_value, term.e_value_limit,
    )  # fmt: skip


def between_sentence(explanation: Explanation, language: Language) -> str:
    """How much of the differences lies between gemeenten, before and after the determinants; or why there is no such model."""
    if explanation.between is None or explanation.between_left is None:
        return (
            f"{text('verklaren.no_multilevel', language)} {explain(explanation.multilevel_reason, language)}"
        )
    before, after = (
        format_number(100 * share, 0, language) for share in (explanation.between, explanation.between_left)
    )
    return text("verklaren.between", language, groups=explanation.gemeenten, before=before, after=after)


def _interval(value: float, lower: float, upper: float, language: Language) -> str:
    parts = [format_number(part, 2, language) for part in (value, lower, upper)]
    return text("verklaren.interval", language, value=parts[0], lower=parts[1], upper=parts[2])


def _cells(term: Term, polarity: str, theme: Theme, language: Language) -> list[str]:
    hypothesis = hypotheses(theme).get(term.indicator)
    as_expected = agrees(hypothesis, polarity, term.together) if term.stands else None
    verdict = "stands" if term.stands else "unclear"
    expected = "silent" if as_expected is None else "as_expected" if as_expected else "against"
    return [
        _interval(term.alone, term.alone_lower, term.alone_upper, language),
        _interval(term.together, term.lower, term.upper, language),
        _interval(*term.multilevel_alone, language) if term.multilevel_alone else NO_VALUE,
        _interval(*term.multilevel, language) if term.multilevel else NO_VALUE,
        f"{format_number(100 * term.same_sign, 0, language)}%",
        text(
            "verklaren.e_words",
            language,
            value=format_number(term.e_value, 1, language),
            limit=format_number(term.e_value_limit, 1, language),
        ),
        text(f"verklaren.map_{expected}", language),
        text(f"verklaren.verdict_{verdict}", language),
    ]


def _map(context: Context, indicator_texts: IndicatorTexts, outcome: str, chosen: list[str]) -> None:
    """What is thought about the chosen determinants, how strong the evidence is, and what would refute it."""
    language = context.language
    st.subheader(text("verklaren.map_title", language), anchor=False)
    known = hypotheses(context.theme)
    header = [
        text(f"verklaren.{name}", language)
        for name in ("determinant", "thought", "evidence", "source", "refutes")
    ]
    rows = []
    for item in chosen:
        told = known.get(item)
        if told is None:
            rows.append(
                [indicator_texts.title(item), text("verklaren.no_hypothesis", language), "–", "–", "–"]
            )
            continue
        evidence = text(f"verklaren.evidence_{told.evidence}", language)
        rows.append(
            [
                indicator_texts.title(item),
                context.of_theme(told.text),
                evidence,
                told.source,
                context.of_theme(told.refuted_by),
            ]
        )
    if rows:
        _diagram(context, indicator_texts, outcome, chosen)
        st.html(markup.table(header, rows))
    st.html(markup.note(text("verklaren.map_note", language)))


def _diagram(context: Context, indicator_texts: IndicatorTexts, outcome: str, chosen: list[str]) -> None:
    """The same map as arrows: the line says how strong the evidence is, plus or minus what is thought."""
    language = context.language
    known = hypotheses(context.theme)
    rows = [
        {
            "n": indicator_texts.title(item),
            "k": text(f"verklaren.evidence_{known[item].evidence if item in known else 'none'}", language),
            "s": {"worse": "−", "better": "+"}.get(known[item].expected, "") if item in known else "?",
            "t": context.of_theme(known[item].text)
            if item in known
            else text("verklaren.no_hypothesis", language),
        }
        for item in chosen
    ]
    kinds = [text(f"verklaren.evidence_{kind}", language) for kind in (*EVIDENCE, "none")]
    words = {
        "thought": text("verklaren.thought", language),
        "determinant": text("verklaren.determinant", language),
    }
    alt = text("verklaren.diagram_alt", language, title=indicator_texts.title(outcome), count=len(rows))
    spec = hypothesis_map(rows, indicator_texts.title(outcome), kinds, words)
    how = plot.Help("verklaren_arrows", indicator_texts.title(outcome), language)
    plot.draw(spec, key=f"map_{outcome}", alt=alt, how_to_read=how)
    st.html(markup.note(alt))
    title = text("verklaren.map_title", language)
    told_of = [indicator_texts.rows[item] for item in (outcome, *chosen)]
    downloads.images(context, "verklaren_kaart", title, downloads.Drawing(spec, alt), told_of)
