"""The query box: examples run, an answer can be taken along, and hostile input gives a sentence and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.dashboard.views.sql.examples import examples
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import headline, words


def ask(app: AppTest, sql: str) -> AppTest:
    app.text_area(key="sql_text").set_value(sql)
    return next(button for button in app.button if button.label in ("Voer uit", "Run")).click().run()


def test_examples__are_those_of_the_guide() -> None:
    assert len(examples()) == 14
    assert all(
        "core." in sql or "meta." in sql or "quality." in sql or "pivot" in sql for sql in examples().values()
    )


def test_page__answers_a_query_and_shows_the_tables(published: Path, open_page: OpenPage) -> None:
    app = ask(
        open_page("sql"), "select count(*) as n, '=1+1' as x from core.dim_region where region_level = 'wijk'"
    )
    assert not app.exception
    assert headline(app).startswith("1 rij in")
    assert int(app.dataframe[0].value["n"].iloc[0]) == 32
    assert len(app.get("download_button")) == 3
    assert any("indicator.fct_indicator" in box.label for box in app.expander)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "attach '/tmp/x.duckdb'; select 1",
        "copy core.dim_region to '/tmp/out.csv'",
        "drop table core.dim_region",
        "select getenv('HOME')",
        "install httpfs",
        "selec nothing",
        "",
        "<script>alert(1)</script>",
    ],
)
def test_page__hostile_input_is_a_sentence(
    published: Path, open_page: OpenPage, sql: str, language: str
) -> None:
    app = ask(open_page("sql", lang=language), sql)
    assert not app.exception
    assert app.warning
    assert "Traceback" not in app.warning[0].value
    assert not app.dataframe
    assert "<script" not in words(app)


def test_page__an_example_fills_the_box(published: Path, open_page: OpenPage) -> None:
    app = open_page("sql")
    title = list(examples())[4]
    app.selectbox(key="sql_example").set_value(title).run()
    assert app.text_area(key="sql_text").value == examples()[title]
