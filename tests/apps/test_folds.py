"""Tables below charts: one click away, and nothing of them is made or sent before that click."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.conftest import OpenPage, first_seen
from tests.apps.rich_publication import enrich


@pytest.mark.parametrize("page", ["verkennen", "verbanden"])
def test_page__sends_no_table_before_somebody_opens_one(
    published: Path, open_page: OpenPage, page: str
) -> None:
    enrich(published)
    first = first_seen(page, level="gemeente", scope="country")
    assert not first.exception and not first.dataframe
    assert len(open_page(page, level="gemeente", scope="country").dataframe) >= 1


def test_share__makes_its_code_for_who_opens_it(published: Path) -> None:
    app = first_seen("verkennen")
    assert "dw-qr" not in str(app.get("html"))
    app.session_state["share"] = True
    opened = str([one.proto.body for one in app.run().get("html")])
    assert "dw-qr" in opened and "verkennen?" in app.code[0].value


def test_file__made_later_says_the_same_of_hidden_figures_as_the_table_itself() -> None:
    """Hidden beside not measured is nothing to read either: a reader is told before he presses."""
    from collections import Counter

    from apps.dashboard.components.downloads import Shown
    from apps.dashboard.views.verkennen.explanation import is_all_hidden

    for states in (
        ["suppressed", "missing"],
        ["suppressed"],
        ["missing"],
        ["suppressed", "value"],
        ["value"],
    ):
        rows = tuple((state, 1.0 if state == "value" else None) for state in states)
        hidden = frozenset((row, 1) for row, state in enumerate(states) if state == "suppressed")
        assert is_all_hidden(Counter(states)) == Shown(("a", "b"), rows, hidden).all_hidden, states
