"""The parts of the page on checks: how many passed per kind of quality, what did not, and what that means for a reader."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data import queries
from apps.dashboard.data import release as published_release
from apps.dashboard.views.kwaliteit import checks
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import NO_VALUE, format_number
from apps.dashboard.wording.texts import text


def overview(context: Context) -> None:
    """Passed n of m per category, and every rule that does not hold with its guidance."""
    language = context.language
    if not checks.tells_guidance(context.release):
        _without_guidance(context)
        return
    names = ("category", "passed_of", "wrong", "not_applicable")
    columns = [text(f"kwaliteit.column_{name}", language) for name in names]
    rows = [
        [
            text(f"kwaliteit.category_{row['category']}", language), _passed(row, context), _count(row["wrong"], context),
            _count(row["not_applicable"], context),
        ]
        for row in checks.by_category(context.release)
    ]  # fmt: skip
    st.html(markup.table(columns, rows))
    wrong = checks.wrong_by_rule(context.release)
    if not wrong:
        st.html(markup.note(text("kwaliteit.all_hold", language)))
        return
    st.html(markup.notices(text("kwaliteit.wrong_title", language), [_notice(row, context) for row in wrong]))


def approved(context: Context) -> None:
    """What was lost or changed on purpose since the publication before, and who answers for it."""
    rows = checks.approved(context.release)
    if not rows:
        return
    language = context.language
    with st.expander(text("kwaliteit.approved_title", language), icon=":material/how_to_reg:"):
        names = ("subject", "before", "after", "approved_by", "approved_reason")
        columns = [text(f"kwaliteit.column_{name}", language) for name in names]
        keys = ("subject", "before", "after", "approved_by", "reason")
        st.html(markup.table(columns, [[str(row[key]) for key in keys] for row in rows]))


def about(context: Context, indicator: published_release.Row) -> None:
    """The checks along the way of one figure, per rule."""
    language = context.language
    if not checks.tells_guidance(context.release):
        return
    rows = checks.about(context.release, indicator)
    passed, wrong = (sum(row[name] for row in rows) for name in ("passed", "wrong"))
    label = text("kwaliteit.checks_about", language, passed=passed, total=passed + wrong)
    with st.expander(label, icon=":material/fact_check:"):
        columns = [text(f"kwaliteit.column_{name}", language) for name in ("rule", "passed_of", "wrong")]
        cells = [
            [_title(row, context), _passed(row, context), _count(row["wrong"], context)]
            for row in rows
            if row["passed"] + row["wrong"]
        ]
        st.html(markup.table(columns, cells))


def _title(row: published_release.Row, context: Context) -> str:
    title = str(row[f"title_{context.language}"])
    return title[:1].upper() + title[1:]


def _passed(row: published_release.Row, context: Context) -> str:
    return f"{_count(row['passed'], context)} / {_count(row['passed'] + row['wrong'], context)}"


def _count(number: int, context: Context) -> str:
    return format_number(float(number), 0, context.language)


def _notice(row: published_release.Row, context: Context) -> tuple[str, str]:
    """A rule that does not hold: its title, and what a reader should know of it."""
    language = context.language
    where = ", ".join(row["examples"]) + (", …" if row["subjects"] > len(row["examples"]) else "")
    key = (
        "wrong_rule_error"
        if row["could_not_run"]
        else ("wrong_rule_one" if row["subjects"] == 1 else "wrong_rule")
    )
    advice = row[f"reader_{language}"] or ""
    follows = text(f"kwaliteit.consequence_{row['consequence'] or 'none'}", language)
    told = text(f"kwaliteit.{key}", language, count=_count(row["subjects"], context), where=where)
    return _title(row, context), " ".join(
        part for part in (f"{advice[:1].upper()}{advice[1:]}", follows, told) if part
    )


def _without_guidance(context: Context) -> None:
    """What an earlier publication tells: only which checks did not pass."""
    problems = queries.failed_checks(context.release)
    if problems:
        items = [(f"{row['rule']} · {row['subject']}", row["message"] or NO_VALUE) for row in problems]
        st.html(markup.notices(text("start.notices_title", context.language), items))
