"""A release that was withdrawn: pages and links say so with the reason, and a running dashboard forgets what it had in memory."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from apps.api.app import make_app
from apps.dashboard.data import release as published_release
from apps.dashboard.serving import releases, withdrawals
from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words

REASON = "een wijk met te weinig mensen"


def withdraw(folder: Path) -> str:
    served = publication.current(folder / "publish").id
    publication.withdraw(folder / "publish", served, REASON, "steward")
    return served


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page__says_withdrawn_with_the_reason_and_shows_no_figure(
    published: Path, open_page: OpenPage, language: str
) -> None:
    before = open_page("verkennen", lang=language)
    assert before.dataframe or before.get("vega_lite_chart")
    gone = withdraw(published)
    for parameters in ({"release": gone}, {}):  # a frozen link, and the newest where nothing else is left
        page = open_page("verkennen", lang=language, **parameters)
        assert not page.exception and not page.dataframe and not page.get("vega_lite_chart")
        assert REASON in words(page) or any(REASON in one.value for one in page.error)
        assert any(("ingetrokken" if language == "nl" else "withdrawn") in one.value for one in page.error)


def test_memory__answers_and_open_files_are_forgotten_without_anybody_asking(published: Path) -> None:
    shown = releases.shown()
    sql = "select count(*) from core.dim_region"
    assert published_release.query(shown.identity, sql).rows
    known = withdrawals.forget_new(published / "publish", frozenset())
    withdraw(published)
    assert published_release.query(shown.identity, sql).rows, "still in memory"
    assert withdrawals.forget_new(published / "publish", known) != known
    with pytest.raises(DataProblem) as caught:
        published_release.query(shown.identity, sql)
    assert caught.value.code == "publication_withdrawn"


@pytest.mark.busy
def test_watch__is_one_thread_per_process(tmp_path: Path) -> None:
    def watching() -> int:  # the service has a watch of its own, of the same name
        return sum(thread.name == withdrawals.NAME for thread in threading.enumerate())

    withdrawals.watch(tmp_path / "one")
    before = watching()
    withdrawals.watch(tmp_path / "two")
    assert watching() == before > 0


def test_api__is_gone_with_the_reason(published: Path) -> None:
    app = make_app(published / "publish")
    service = TestClient(app)
    gone = withdraw(published)
    app.state.releases.forget_withdrawn()
    for asked in (f"/v1/observations?release={gone}", f"/v1/releases/{gone}", "/v1/indicators"):
        answer = service.get(asked)
        assert (answer.status_code, answer.json()["code"]) == (410, "publication_withdrawn")
        assert REASON in answer.json()["detail"]
    told = service.get("/v1/releases").json()
    assert told["items"] == [] and told["withdrawn"][0]["reason"] == REASON
