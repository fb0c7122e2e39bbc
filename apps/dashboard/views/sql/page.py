"""SQL voor analisten: a query on the published file, run where it can reach nothing else."""

from __future__ import annotations

import uuid

import streamlit as st

from apps.dashboard.components import downloads, markup
from apps.dashboard.components.headline import headline, opening
from apps.dashboard.data import predictions, release
from apps.dashboard.data.cache import cached
from apps.dashboard.views.sql.examples import examples
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import plural, text
from datawerkplaats import sandbox
from datawerkplaats.base.errors import DataProblem

SQL_KEY, EXAMPLE_KEY, RESULT_KEY, VISITOR_KEY = "sql_text", "sql_example", "sql_result", "sql_visitor"
PART_KEY, PARTS = "sql_part", ("figures", "predicted")
MOST_CHARACTERS = 20_000
FIRST = "select mart, count(*) as indicators from core.dim_indicator group by mart order by mart"


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("sql.title", language), anchor=False)
    opening(text("sql.intro", language))
    _prepare()
    known = examples()
    if known:
        st.selectbox(
            text("sql.example", language), list(known), index=None, key=EXAMPLE_KEY, on_change=_use_example,
            placeholder=text("sql.example_hint", language),
        )  # fmt: skip
    _part(context)
    st.session_state.setdefault(SQL_KEY, next(iter(known.values()), FIRST))
    st.text_area(text("sql.query", language), key=SQL_KEY, height=190, max_chars=MOST_CHARACTERS)
    if st.button(text("sql.run", language), type="primary", icon=":material/play_arrow:"):
        _run(context)
    _result(context)
    _schema(context)


def _part(context: Context) -> None:
    """The choice between figures and what is predicted, where the release predicts anything."""
    if not predictions.artefact(context.release).sha256:
        st.session_state.pop(PART_KEY, None)
        return
    language = context.language
    st.radio(
        text("sql.part", language), PARTS, key=PART_KEY, horizontal=True,
        format_func=lambda part: text(f"sql.part_{part}", language),
    )  # fmt: skip


def _asked(context: Context) -> release.Release:
    """The release, or what it predicts where that was chosen and a decision holds.

    Raises:
        DataProblem: `predictions_closed`.
    """
    if st.session_state.get(PART_KEY) == PARTS[1]:
        return predictions.opened(context.release)
    return predictions.figures(context.release)


@st.cache_resource(show_spinner=False)
def _prepare() -> None:
    sandbox.prepare()


def _use_example() -> None:
    chosen = st.session_state.get(EXAMPLE_KEY)
    if chosen:
        st.session_state[SQL_KEY] = examples()[chosen]


def _run(context: Context) -> None:
    """Run what was typed; the answer or the problem is kept for this visit only."""
    try:
        asked = _asked(context)
        release.confirm(asked.identity)
        answer: object = sandbox.run_query(
            asked.path,
            st.session_state[SQL_KEY],
            raw=release.raw_file(context.release.path),
            visitor=st.session_state.setdefault(VISITOR_KEY, uuid.uuid4().hex),
        )
    except DataProblem as problem:
        answer = problem
    st.session_state[RESULT_KEY] = (context.release.id, answer)


def _result(context: Context) -> None:
    language = context.language
    release_id, answer = st.session_state.get(RESULT_KEY, (None, None))
    if answer is None or release_id != context.release.id:
        st.session_state.pop(RESULT_KEY, None)  # of a release that is no longer looked at, or was withdrawn
        return
    if isinstance(answer, DataProblem):
        st.warning(answer.sentence(language))
        st.caption(text("sql.refused_help", language))
        return
    count = len(answer.rows)
    told = plural("sql.rows", count, language, seconds=format_number(answer.seconds, 2, language))
    headline(f"{told} {text('sql.truncated', language) if answer.truncated else ''}".strip())
    if not answer.columns:
        return
    table = answer.arrow()
    st.dataframe(table, hide_index=True, width="stretch", height=min(520, 40 + 35 * max(1, count)))
    rows = tuple(tuple(_cell(value) for value in row) for row in answer.rows)
    shown = downloads.Shown(tuple(table.column_names), rows)
    downloads.panel(context, "sql", text("sql.file", language), shown, [])


def _cell(value: object) -> downloads.Cell:
    if value is None or isinstance(value, (int, float, str)):
        return value
    return str(value)


@cached(4)
def _tables(release_id: str, path: str) -> list[sandbox.SchemaTable]:
    from pathlib import Path

    release.confirm((release_id, path))
    return sandbox.schema(Path(path), release.raw_file(Path(path)))


def _schema(context: Context) -> None:
    language = context.language
    st.subheader(text("sql.schema_title", language), anchor=False)
    try:
        tables = _tables(*_asked(context).identity)
    except DataProblem as problem:
        st.warning(problem.sentence(language))
        return
    header = [text(f"sql.column_{name}", language) for name in ("name", "type", "comment")]
    for table in tables:
        with st.expander(f"`{table.schema}.{table.name}` · {plural('sql.rows_short', table.rows, language)}"):
            if table.comment:
                st.html(markup.note(table.comment))
            st.html(markup.table(header, [[c.name, c.type, c.comment] for c in table.columns]))
