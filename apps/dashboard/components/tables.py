"""A table with figures of different kinds, each column written in the page's language and still sorted as numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import streamlit as st

from apps.dashboard.components.downloads import Shown
from apps.dashboard.wording.numbers import NO_VALUE

ROW_PIXELS, MOST_PIXELS = 35, 420
# Written out on the server a row is twice as long to send. A table longer than the wijken of a province the browser writes, in its
# own language, which may be another than the page's.
MOST_WRITTEN_ROWS = 500
_WITHOUT_INDEX = json.dumps({"_index": {"hidden": True}})


class Style(Protocol):
    """How the figures of one indicator are written."""

    def value(self, value: float | None) -> str:
        """A figure with its unit."""


def table(
    shown: Shown,
    words: Mapping[int, Callable[[float | None], str]] | None = None,
    rows: Mapping[int, Sequence[Style]] | None = None,
) -> None:
    """Draw the table; `words` says per column number how its figures are written, `rows` says it for each row."""
    columns = list(zip(*shown.rows, strict=True)) or [()] * len(shown.columns)
    if len(shown.rows) > MOST_WRITTEN_ROWS and not rows:
        localized = {
            shown.columns[index]: st.column_config.NumberColumn(format="localized") for index in words or {}
        }
        plain(shown.columns, columns, localized)
        return
    texts = {
        index: [NO_VALUE if value is None else write(value) for value in columns[index]]
        for index, write in (words or {}).items()
    }
    for index, styles in (rows or {}).items():
        texts[index] = [
            NO_VALUE if value is None else style.value(value)
            for value, style in zip(columns[index], styles, strict=True)
        ]
    written(shown.columns, columns, texts)


def plain(names: Sequence[str], columns: Sequence[Sequence[Any]], config: Mapping[str, Any]) -> None:
    """Draw columns of which the browser writes the figures."""
    height = _height(columns)
    data = _arrow(names, columns)
    st.dataframe(
        data, hide_index=True, width="stretch", height=height, placeholder=NO_VALUE, column_config=config
    )


def written(
    names: Sequence[str], columns: Sequence[Sequence[Any]], texts: Mapping[int, Sequence[str]]
) -> None:
    """Draw columns with what stands in their cells, by column number; the cells are sorted by what they hold.

    This is the message that Streamlit makes of a styled table of pandas, which takes it twenty times as long.
    """
    from streamlit.dataframe_util import convert_arrow_table_to_arrow_bytes
    from streamlit.elements.lib.layout_utils import LayoutConfig
    from streamlit.proto.Dataframe_pb2 import Dataframe

    cells = [
        texts[index] if index in texts else [NO_VALUE if cell is None else str(cell) for cell in column]
        for index, column in enumerate(columns)
    ]
    message = Dataframe()
    message.arrow_data.data = convert_arrow_table_to_arrow_bytes(_arrow(names, columns))
    message.arrow_data.styler.uuid = "written"
    message.arrow_data.styler.display_values = convert_arrow_table_to_arrow_bytes(_arrow(names, cells))
    message.editing_mode = Dataframe.EditingMode.READ_ONLY
    message.columns = _WITHOUT_INDEX
    message.placeholder = NO_VALUE
    layout = LayoutConfig(width="stretch", height=_height(columns))
    st._main._enqueue("dataframe", message, layout_config=layout)


def _arrow(names: Sequence[str], columns: Sequence[Sequence[Any]]) -> Any:
    import pyarrow

    return pyarrow.Table.from_arrays([pyarrow.array(column) for column in columns], names=list(names))


def _height(columns: Sequence[Sequence[Any]]) -> int:
    return min(MOST_PIXELS, 38 + ROW_PIXELS * (len(columns[0]) if columns else 0))
