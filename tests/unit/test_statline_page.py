"""Pages on disk: rows in pieces equal the rows that were sent, and damage is seen."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datawerkplaats.loading import statline_page
from datawerkplaats.loading.statline_page import Page, PageFaultError, PageStore
from datawerkplaats.loading.web import Received

TEXTS = st.text(alphabet='abé€ ,{}[]":\\\n', max_size=12)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "ID": st.integers(-(2**62), 2**62),
            "a": TEXTS,
            "b": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        }
    ),
    max_size=30,
)


def page_of(text: bytes, folder: Path) -> Page:
    path = folder / "page.json.gz"
    path.write_bytes(gzip.compress(text))
    return Page(Received("http://x", path, hashlib.sha256(text).hexdigest(), len(text)))


def all_rows(page: Page) -> list[dict[str, object]]:
    return [row for piece in page.rows() for row in piece]


@given(rows=ROWS, spaced=st.booleans(), link_first=st.booleans(), piece=st.integers(1, 200))
def test_page__any_rows_in_any_layout_come_back_unchanged(
    rows: list[dict[str, object]],
    spaced: bool,
    link_first: bool,
    piece: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    envelope = (
        {"odata.nextLink": "http://x?$skip=3", "value": rows}
        if link_first
        else {"value": rows, "odata.nextLink": "http://x?$skip=3"}
    )
    text = json.dumps(envelope, ensure_ascii=False, separators=None if spaced else (",", ":")).encode()
    original = statline_page.PIECE_BYTES
    statline_page.PIECE_BYTES = piece
    try:
        page = page_of(text, tmp_path_factory.mktemp("page"))
        assert all_rows(page) == rows
    finally:
        statline_page.PIECE_BYTES = original
    assert (page.count, page.next_link) == (len(rows), "http://x?$skip=3")


def test_page__large_page_comes_in_small_pieces(tmp_path: Path) -> None:
    rows = [{"ID": n, "text": "x},{" * 20} for n in range(20_000)]
    page = page_of(json.dumps({"value": rows}, separators=(",", ":")).encode(), tmp_path)
    sizes = [len(piece) for piece in page.rows()]
    assert sum(sizes) == 20_000
    assert max(sizes) < 8_000, "even where every text looks like the end of a row"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>busy</html>",
        b'{"odata.error":{}}',
        b'{"value":[{"ID":1},{"ID":2',
        b'{"value":[{"a":"\xe9"}]}',
        b"[]",
    ],
)
def test_page__what_is_no_page_is_a_fault(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(PageFaultError):
        all_rows(page_of(text, tmp_path))


def test_page__other_bytes_than_received_are_a_fault(tmp_path: Path) -> None:
    page = page_of(b'{"value":[{"ID":1}]}', tmp_path)
    page.received.path.write_bytes(gzip.compress(b'{"value":[{"ID":2}]}'))
    with pytest.raises(PageFaultError, match="other bytes"):
        all_rows(page)


def test_store__page_without_its_note_is_not_present(tmp_path: Path) -> None:
    store = PageStore(tmp_path / "pages")
    received = Received("http://x", store.path(2), "00", 5)
    store.path(2).write_bytes(b"x")
    assert store.get(2) is None
    store.put(2, received)
    assert store.get(2) == received
    store.refuse(2)
    assert store.get(2) is None
    assert [path.name for path in store.refused()] == ["refused_page_00002.json.gz"]
