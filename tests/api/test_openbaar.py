"""What of partners is in a release, the service for programs gives only where a decision says that everybody may see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import anyio
import duckdb
import pytest
from mcp.client import Client
from starlette.testclient import TestClient

from apps.api.app import make_app
from apps.api.assistant import make_server
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.governance import openbaar
from datawerkplaats.publication import Publication, Release, publish
from tests.api.conftest import TABLES, WAREHOUSE
from tests.for_each import for_each

CLOSED = "benefit_pct"
OF = "partner_gp"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Publication]]:
    """A release in which one figure is a partner's, and one of a source that the catalogue does not know any more."""
    folder = tmp_path_factory.mktemp("partners")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWP_KEYS_DIR", str(folder / "keys"))
        patch.setenv("DWP_DATA_DIR", str(folder))
        get_settings.cache_clear()
        (folder / "publish").mkdir()
        with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
            con.execute(WAREHOUSE)
            con.execute(f"update core.dim_indicator set source_id = '{OF}' where indicator_id = '{CLOSED}'")
            con.execute("update core.dim_indicator set source_id = 'gone' where indicator_id = 'suicide_pct'")
        release = Release(mode="demo", region="NL", title="Veenland")
        yield folder / "publish", publish(folder / "publish", folder / "warehouse.duckdb", TABLES, release)
    get_settings.cache_clear()


@pytest.fixture
def service(made: tuple[Path, Publication]) -> Iterator[TestClient]:
    with TestClient(make_app(made[0]), raise_server_exceptions=False) as opened:
        yield opened


def told(service: TestClient, path: str) -> set[str]:
    """The indicators of an answer."""
    answer = service.get(f"{path}{'&' if '?' in path else '?'}page_size=10000")
    assert answer.status_code == 200, answer.text
    return {item["indicator_id"] for item in answer.json()["items"]}


def test_without_a_decision__no_list_names_a_partners_figure(service: TestClient) -> None:
    for path in (
        "/v1/indicators",
        "/v1/observations",
        "/v1/observations?region=GM0003",
        "/v1/indicators?theme=lifestyle",
    ):
        assert told(service, path) == {"lonely_pct"}, path
    (lifestyle,) = [
        one for one in service.get("/v1/themes").json()["items"] if one["theme_id"] == "lifestyle"
    ]
    assert (lifestyle["determinants"], lifestyle["outcomes"]) == (0, 1)


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/indicators/{CLOSED}",
        f"/v1/observations?indicator={CLOSED}",
        f"/v1/observations?indicator={CLOSED}&indicator=lonely_pct",
        f"/v1/observations?indicator={CLOSED}&sort=-value",
        f"/v1/associations?first=lonely_pct&second={CLOSED}",
        f"/v1/associations?first={CLOSED}&second=lonely_pct",
        "/v1/indicators/suicide_pct",
    ],
)
def test_without_a_decision__who_asks_by_name_gets_a_sentence(service: TestClient, path: str) -> None:
    answer = service.get(path, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_openbaar")
    assert "no valid decision says that it is public" in answer.json()["detail"]


def test_without_a_decision__files_with_their_rows_stay_and_all_others_go(
    service: TestClient, made: tuple[Path, Publication]
) -> None:
    release = made[1]
    files = service.get(f"/v1/releases/{release.id}").json()["files"]
    refused = {one["name"] for one in files if service.get(one["href"]).status_code == 403}
    whole = release.manifest["file"]["name"]
    assert whole in refused and {name for name in refused if "obs" in name}
    assert not [
        name for name in refused if "dim_region" in name or name.startswith("raw") or name.endswith(".json")
    ]
    assert service.head(f"/v1/releases/{release.id}/files/{whole}").status_code == 403


def test_decision__opens_it_at_once_and_closes_it_at_once(
    service: TestClient, made: tuple[Path, Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = f"/v1/observations?release={made[1].id}"
    before = service.get(asked)
    assert before.headers["Cache-Control"] == "no-cache"
    monkeypatch.setattr(openbaar, "openbaar", lambda *_: frozenset({OF}))
    assert told(service, "/v1/observations") == {
        "lonely_pct",
        CLOSED,
    }  # of the source that is gone nobody decided
    held = {"If-None-Match": before.headers["ETag"]}
    assert service.get(asked, headers=held).status_code == 200
    assert service.get(f"/v1/indicators/{CLOSED}").status_code == 200
    monkeypatch.undo()
    assert service.get(asked, headers=held).status_code == 304
    assert service.get(f"/v1/indicators/{CLOSED}").status_code == 403


def test_register_that_cannot_be_read__opens_nothing_and_leaves_what_is_public(
    service: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> frozenset[str]:
        raise DataProblem("store_unavailable", subject="store")

    monkeypatch.setattr(openbaar, "openbaar", away)
    assert told(service, "/v1/observations") == {"lonely_pct"}


def test_assistant__is_refused_as_programs_are(made: tuple[Path, Publication]) -> None:
    async def ask() -> str:
        async with Client(make_server(made[0])) as client:
            return str((await client.call_tool("figures", {"indicator": CLOSED})).content)

    answer = anyio.run(ask)
    assert "not_openbaar" in answer and "lower" not in answer


@for_each(
    "path",
    [path for path in sorted((PROJECT_ROOT / "apps" / "api").glob("*.py")) if path.name != "releases.py"],
)
def test_questions__are_of_what_may_be_shown(path: Path) -> None:
    """Who asks the tables themselves goes around the rule; what may be ranked and what a name stands for are no figures."""
    text = path.read_text(encoding="utf-8")
    assert "mart.obs" not in text
    asked = text.count("core.dim_indicator")
    assert asked == (2 if path.name == "known.py" else 0)
