"""Quality and origin: from an indicator to its source, run and publication, and every empty cell with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.conftest import OpenPage
from tests.apps.test_pages import headline, words


def test_page__leads_from_an_indicator_to_source_snapshot_model_run_and_publication(
    published: Path, open_page: OpenPage
) -> None:
    app = open_page("kwaliteit", indicator="loneliness_pct")
    shown = words(app)
    assert not app.exception
    assert "Controles op publicatie 20221201T080000Z-fixture: 41 van de 42 goed." in headline(app)
    for fact in (
        "0123456789abcdef",
        "0" * 64,
        "stg_rivm_fixture__observations",
        "indicator.fct_indicator",
        "run-1",
        "120",
    ):
        assert fact in shown


@pytest.mark.parametrize(
    ("language", "reason"), [("nl", "te weinig deelnemers"), ("en", "too few respondents")]
)
def test_page__says_why_figures_are_hidden(
    published: Path, open_page: OpenPage, language: str, reason: str
) -> None:
    shown = words(open_page("kwaliteit", indicator="hidden_pct", lang=language))
    assert reason in shown


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", ("Kan het?", "0 / 1", "Een cijfer is aannemelijk", "Controleer dit cijfer voor je het gebruikt.", "Op 1 plaats:")),
        ("en", ("Can it be true?", "1 / 1", "A figure is plausible", "Read the note beside the figure.", "In 1 place:")),
    ],
)  # fmt: skip
def test_page__tells_checks_by_category_and_what_a_failure_means(
    published: Path, open_page: OpenPage, language: str, expected: tuple[str, ...]
) -> None:
    shown = words(open_page("kwaliteit", indicator="density_per_km2", lang=language))
    lost = ("hidden_pct/wijk/2018", "12 of them absent", "epidemioloog", "de uitgever trok deze cijfers in")
    for part in (*expected, "density_per_km2/wijk/2020", *lost):
        assert part in shown


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nl", ("Verborgen: 3 van de 60", "5,0%", "1,2%")), ("en", ("Hidden: 3 of 60", "5.0%", "1.2%"))],
)
def test_page__tells_what_protecting_people_cost(
    published: Path, open_page: OpenPage, language: str, expected: tuple[str, ...]
) -> None:
    shown = words(open_page("kwaliteit", lang=language))
    for part in expected:
        assert part in shown


def test_page__hostile_indicator_is_a_sentence(published: Path, open_page: OpenPage) -> None:
    app = open_page("kwaliteit", indicator="'; drop table x; --")
    assert not app.exception
    assert "De link vroeg om iets dat er niet is" in words(app)


@pytest.mark.parametrize("page", ["profiel", "verbanden", "buren", "sql", "kwaliteit"])
@pytest.mark.parametrize("damage", ["none", "file"])
def test_pages__without_a_readable_publication_stay_friendly(
    data_dir: Path, published: Path, open_page: OpenPage, page: str, damage: str
) -> None:
    if damage == "file":
        next((published / "publish").glob("*.duckdb")).write_bytes(b"no database" * 100)
    else:
        (published / "publish" / "current.json").unlink()
    app = open_page(page)
    assert not app.exception
    assert app.warning
    assert "Er ging iets mis" not in app.warning[0].value
