"""Tables and charts that go to the browser as columns: the same message as Streamlit makes of a table of pandas."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def tables_app() -> None:
    import pandas
    import streamlit as st

    from apps.dashboard.components import tables
    from apps.dashboard.components.downloads import Shown

    columns = ("Gebied", "Cijfer", "Mensen")
    rows = (("Noord", 12.5, 1000.0), ("Zuid", None, 20.0), ("Oost", 3.0, None))
    write = {1: "{:.1f}%".format, 2: "{:.0f}".format}
    styled = pandas.DataFrame(list(rows), columns=list(columns)).style.format(
        {columns[place]: words for place, words in write.items()}, na_rep="–"
    )
    st.dataframe(styled, hide_index=True, width="stretch", height=38 + 3 * 35, placeholder="–")
    tables.table(Shown(columns, rows), write)


def charts_app() -> None:
    import streamlit as st

    from apps.dashboard.components import plot

    rows: list[dict[str, Any]] = [{"n": "Noord", "x": 1.5, "on": True}, {"n": "Zuid", "x": 2, "y": 3}]
    spec = {
        "data": {"values": rows},
        "datasets": {"more": rows},
        "mark": "bar",
        "encoding": {"x": {"field": "x", "type": "quantitative"}},
    }
    st.vega_lite_chart({**spec, "data": {"values": rows}}, key="theirs", alt="Woorden", width="stretch")
    told = plot.Help("verkennen_bars", "Woorden", "nl")
    plot.draw(spec, key="ours", alt="Woorden", how_to_read=told)
    assert spec["data"] == {"values": rows}, "the files of the chart are made of what was given"


def _cells(data: bytes) -> dict[str, list[Any]]:
    import pyarrow

    found = pyarrow.ipc.open_stream(data).read_all()
    return {name: found.column(name).to_pylist() for name in found.column_names}


def test_table__is_the_message_that_streamlit_makes_of_a_styled_table() -> None:
    app = AppTest.from_function(tables_app).run()
    assert not app.exception
    theirs, ours = (element.proto for element in app.dataframe)
    for data in ("data", "styler.display_values"):
        found = []
        for message in (theirs, ours):
            part: Any = message.arrow_data
            for name in data.split("."):
                part = getattr(part, name)
            found.append(_cells(part))
        assert found[0] == found[1], data
    for message in (theirs, ours):
        message.ClearField("arrow_data")
    assert theirs == ours


def test_chart__is_the_message_that_streamlit_makes_of_rows() -> None:
    app = AppTest.from_function(charts_app).run()
    assert not app.exception
    theirs, ours = (element.proto for element in app.get("vega_lite_chart"))
    assert _cells(theirs.data.data) == _cells(ours.data.data)
    assert [_cells(d.data.data) for d in theirs.datasets] == [_cells(d.data.data) for d in ours.datasets]
    for message in (theirs, ours):
        message.ClearField("data")
        message.ClearField("datasets")
    assert theirs == ours


@pytest.mark.parametrize("rows", [[], [{"a": None}, {"b": 1}]])
def test_columns__takes_rows_without_anything(rows: list[dict[str, Any]]) -> None:
    from apps.dashboard.components import plot

    assert plot.columns(rows).to_pylist() == [{"a": None, "b": None}, {"a": None, "b": 1}][: len(rows)]
