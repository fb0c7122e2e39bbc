"""Start: what this is, which region and data, how recent and how good, and what one can do next."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from apps.dashboard.components import freshness_table, markup
from apps.dashboard.components.address import page_link
from apps.dashboard.components.headline import opening
from apps.dashboard.data import queries
from apps.dashboard.views.start import notices, together, tour
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import is_ranked
from apps.dashboard.wording.numbers import NO_VALUE, format_date, format_number
from apps.dashboard.wording.texts import plural, text

EXAMPLE_SQL = """select region_name, year, value
from indicator.fct_indicator join core.dim_region using (region_id)
where indicator_id = '{indicator}' and fct_indicator.region_level = 'gemeente'
order by value desc limit 10"""


def render(context: Context) -> None:
    """Draw the page."""
    language, subject = context.language, context.of_theme(context.theme.subject)
    st.title(text("start.title", language, region=context.in_region, subject=subject), anchor=False)
    opening(text("start.intro", language, subject=subject))
    if context.theme.missing:
        st.html(markup.note(context.of_theme(context.theme.missing)))
    notices.show(context)
    together.show(context)
    _next_steps(context)
    tour.show(context)
    st.html(markup.facts(_key_facts(context)))
    freshness_table.show(context)
    _quality(context)
    _analysts(context)


def _key_facts(context: Context) -> list[tuple[str, str]]:
    release, language = context.release, context.language
    checks = queries.publication_facts(release)
    total = checks["checks_passed"] + checks["checks_failed"] + checks["checks_warned"]
    return [
        (text("start.region_label", language), context.region_name),
        (text("start.mode_label", language), text(f"common.mode_{release.mode}", language)),
        (text("start.published_label", language), format_date(release.published_at, language)),
        (
            text("start.checks_label", language),
            text(
                "start.checks_value",
                language,
                passed=format_number(checks["checks_passed"], 0, language),
                total=format_number(total, 0, language),
            )
            if total
            else NO_VALUE,
        ),
    ]


def _next_steps(context: Context) -> None:
    language = context.language
    st.subheader(text("start.go_title", language), anchor=False)
    holds = Counter(row["mart"] for row in queries.indicators(context.release))
    left, right = st.columns(2, gap="large")
    with left.container(border=True):
        page = context.links["verkennen"]
        page_link(context, "verkennen", f"**{text('start.go_explore', language, title=page.title)}**")
        st.markdown(text("start.go_explore_text", language))
    with right.container(border=True):
        st.markdown(f"**{text('start.holds_title', language)}**")
        st.markdown(
            "\n".join(
                f"- {text(f'start.holds_{mart}', language, count=holds[mart])}" for mart in queries.MARTS
            )
        )


def _quality(context: Context) -> None:
    language = context.language
    checks = queries.publication_facts(context.release)
    passed, failed, warned = (checks[f"checks_{state}"] for state in ("passed", "failed", "warned"))
    total = passed + failed + warned
    st.subheader(text("start.quality_title", language), anchor=False)
    state = "none" if not total else "failed" if failed else "warned" if warned else "all_good"
    st.markdown(
        text(f"start.quality_{state}", language, passed=passed, failed=failed, warned=warned, total=total)
        if total
        else text("start.quality_none", language)
    )
    problems = queries.failed_checks(context.release)
    if problems:
        with st.expander(plural("start.quality_list", len(problems), language)):
            rows = [[f"{row['rule']} · {row['subject']}", row["message"] or NO_VALUE] for row in problems]
            header = [text("start.checks_label", language), text("verkennen.column_state", language)]
            st.html(markup.table(header, rows))


def _analysts(context: Context) -> None:
    language = context.language
    known = queries.indicators(context.release)
    example = next(
        (row["indicator_id"] for row in known if row["mart"] == "indicator" and is_ranked(row)), ""
    )
    with st.expander(text("start.analysts_title", language), icon=":material/database:"):
        st.markdown(text("start.analysts_text", language))
        st.markdown(text("start.analysts_path", language))
        st.code(f"publish/{context.release.path.name}", language=None)
        st.markdown(text("start.analysts_sql", language))
        st.code(EXAMPLE_SQL.format(indicator=example), language="sql")
