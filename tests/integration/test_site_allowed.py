"""Who may see what of the public site: decisions of the gate, and the days of the gemeenten before everybody."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
import vl_convert
from starlette.testclient import TestClient

from apps.api.app import make_app
from apps.dashboard.data import queries
from apps.dashboard.data.release import Release, current_release, forget
from apps.site import build, content, edition, front, given, maps, preview, stories
from apps.site.allowed import allowed
from apps.site.edition import Site
from apps.site.shell import Place
from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.stories import load_stories
from datawerkplaats.governance import (
    artefacts,
    decisions,
    declarations,
    desk,
    openbaar,
    predictions,
    register,
)
from datawerkplaats.governance.accounts import Bounds
from datawerkplaats.workplace.store import Store
from demo.register import AUTHOR, CHAIR, answers

pytestmark = [pytest.mark.slow]
SOURCE = "partner_gp"


@pytest.fixture
def release(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Release]:
    """The release of the example region, which holds partners' tables and predictions, beside a register of the test's own."""
    monkeypatch.setenv("DWP_DATA_DIR", str(demo))
    monkeypatch.setenv("DWP_WORKPLACE_URL", f"sqlite:///{tmp_path}/workplace.db")
    get_settings.cache_clear()
    forget()
    predictions.forget()
    yield current_release()
    get_settings.cache_clear()
    forget()


def decided(store: Store, name: str, kind: str, artefact: str, bounds: Bounds, outcome: str = "go") -> str:
    """A system with every answer and a decision on each phase."""
    asked = declarations.load(get_settings().catalogue_dir)
    system = register.register_system(store, AUTHOR, name, kind, learned_from_synthetic=False)
    found = predictions.artefact(publication.current(get_settings().publish_dir))
    register.register_artefact(store, AUTHOR, system, artefact, found.measures)
    register.refresh_automatic(store, AUTHOR, asked, system, artefact, found.findings)
    answers(store, asked, system)
    for phase in ("decide", "develop", "use"):
        decisions.decide(store, CHAIR, asked, system, phase, outcome, artefact=artefact, bounds=bounds)
    return system


def test_partners_and_predictions__are_on_it_only_after_a_decision_that_says_openbaar(
    release: Release,
) -> None:
    settings = get_settings()
    store = predictions.house_store(settings)
    of_partner = {row["indicator_id"] for row in queries.indicators(release) if row["source_id"] == SOURCE}
    rule = openbaar.rule_of(settings, SOURCE)
    model = predictions.artefact(publication.current(settings.publish_dir)).sha256
    assert of_partner and model

    decided(store, SOURCE, openbaar.KIND, rule, Bounds())
    decided(store, artefacts.RISK_AREAS, "area_model", model, Bounds())
    shut = allowed(settings, release)
    assert of_partner <= shut.closed and not shut.predicted
    # The service for programs follows the same rule.
    service = TestClient(make_app(settings.publish_dir))
    asked = [f"/v1/indicators/{one}" for one in sorted(of_partner)] + ["/v1/predictions"]
    told = [service.get(path) for path in asked]
    assert {(one.status_code, one.json()["code"]) for one in told} == {(403, "not_openbaar")}
    items = service.get("/v1/indicators?page_size=10000").json()["items"]
    assert len(items) > 50 and not {one["indicator_id"] for one in items} & shut.closed

    decided(store, SOURCE, openbaar.KIND, rule, Bounds(openbaar=True))
    system = decided(store, artefacts.RISK_AREAS, "area_model", model, Bounds(openbaar=True))
    found = allowed(settings, release)
    assert build.looked_for("", Place()).place.shows_more  # so that no page says otherwise
    assert not of_partner & found.closed and shut.closed - found.closed == of_partner
    assert {service.get(path).status_code for path in asked} == {200}
    whole = publication.current(settings.publish_dir).manifest["file"]["name"]
    file = service.get(f"/v1/releases/{release.id}/files/{whole}")
    assert (file.status_code, file.json()["code"]) == (
        403,
        "not_openbaar",
    )  # other partners' tables are in it
    code = next(code for code in sorted(found.predicted) if code.startswith("GM"))
    row = next(one for one in edition.chosen(release, "") if one["code"] == code)
    site = Site(release, [row], found, Place())
    page, figures = (
        told for _, told in islice(content.area_files(edition.edition(site, "nl"), row, "gemeente"), 2)
    )
    assert "Voorspeld met een model" in str(page)
    about = json.loads(str(figures))
    assert {one["indicator"] for one in about["figures"]} & of_partner
    assert all(one["indicator"].startswith("risk_") for one in about["predicted"]) and about["predicted"]

    decided(store, artefacts.RISK_AREAS, "area_model", model, Bounds(openbaar=True), "practise")
    assert not allowed(settings, release).predicted  # to practise is for nobody outside
    decided(store, artefacts.RISK_AREAS, "area_model", model, Bounds(openbaar=True))
    assert allowed(settings, release).predicted
    desk.report_incident(store, AUTHOR, system, "serious", "Er klopt iets niet.")
    assert not allowed(settings, release).predicted
    assert service.get("/v1/predictions").json()["code"] == "predictions_closed"


def test_preview__gives_each_gemeente_its_own_before_the_site_may_be_built(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DWP_PREVIEW_DAYS", "10")
    get_settings.cache_clear()
    opens = preview.public_from(release, 10)
    with pytest.raises(DataProblem, match=f"{opens.isoformat()} or later"):
        preview.require_public(release, 10, date.fromordinal(opens.toordinal() - 1))
    preview.require_public(release, 10, opens)
    with pytest.raises(DataProblem) as caught:
        preview.require_public(release, 4_000)
    assert caught.value.code == "site_preview"

    site = build.looked_for("", Place())
    wijken = Counter(row["gemeente_code"] for row in site.wijken)
    smallest = min(site.gemeenten, key=lambda row: wijken[row["code"]])
    site = replace(site, gemeenten=[smallest])
    # What stands now: the same figures, but for one that will be another.
    before = tmp_path / "now"
    (gemeente,) = site.gemeenten
    code = gemeente["code"]
    for path, told in content.written(site):
        if isinstance(told, str) and path.startswith(("cijfers/", front.MARKER)):
            was = re.sub(r'"value":', '"value":1', told, count=1) if path == f"cijfers/{code}.json" else told
            (before / path).parent.mkdir(parents=True, exist_ok=True)
            (before / path).write_text(was, encoding="utf-8")
    shown = preview.written(site, opens, before)
    found = {
        path: told
        for path, told in shown
        if path.endswith(("voorinzage.html", ".csv", "index.html", "robots.txt"))
    }
    (row,) = csv.DictReader(str(found[preview.LIST]).splitlines())
    assert (row["gemeente"], row["new_or_changed"], row["public_from"]) == (code, "1", opens.isoformat())
    page = str(found[f"{code}/nl/voorinzage.html"])
    assert f"Voorinzage voor {gemeente['name']}" in page and page.count('<tr><th scope="row">') == 1
    assert "Deel ze tot die dag alleen binnen uw gemeente" in str(found[f"{code}/nl/index.html"])
    assert "Disallow: /" in str(found[f"{code}/robots.txt"])


def test_story__is_left_out_where_the_release_lacks_a_figure(release: Release) -> None:
    story = load_stories(get_settings().catalogue_dir)["klachten"]
    site = build.looked_for("", Place())
    pages = edition.edition(site, "nl").firsts
    assert stories.resolved(story, pages, site.inside, True) is not None
    gone = {name: asked.model_copy(update={"age": "0-3"}) for name, asked in story.figures.items()}
    assert stories.resolved(story.model_copy(update={"figures": gone}), pages, site.inside, True) is None


def test_chart__is_vega_lite_that_compiles(release: Release) -> None:
    site = build.looked_for("", Place("", "https://site.example"))
    drawn = next(iter(edition.edition(site, "nl").maps.values()))
    told = given.chart("loneliness_djg_pct", drawn.title, drawn.about(), drawn.words, "nl", site.place)
    made = vl_convert.vegalite_to_vega(json.loads(told))
    assert {one.get("url") for one in made["data"]} >= {f"https://site.example/{given.BORDERS}"}
    borders = json.loads(given.borders(maps.polygons(release, only_focus=True), set()))
    assert {one["id"] for one in borders["features"]} == site.inside
