"""A region that is one file: pages, report and site take name, areas, look, partners and help from it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import docx
import pytest
import yaml

from apps.dashboard.components import area_header
from apps.dashboard.data import cube, queries
from apps.dashboard.data import regions as region_data
from apps.dashboard.data.release import Release, current_release
from apps.dashboard.report.content import build
from apps.dashboard.report.pdf import as_pdf
from apps.dashboard.report.request import Request
from apps.dashboard.report.word import as_docx
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import references
from apps.dashboard.wording.texts import text
from apps.site.shell import Place, page
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from tests.apps.conftest import OpenPage
from tests.apps.report_files import pieces
from tests.apps.test_pages import words

MEMBERS = ["GM9902", "GM9904"]  # one that the publication has in its region, and one that it has not
BACK, FRONT = "#0b4f3a", "#ffffff"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0h40v20z" fill="#0b4f3a"/></svg>'
OURS = {
    "name": "Veenkoloniën",
    "in_sentence": {"nl": "de Veenkoloniën", "en": "the Peat Colonies"},
    "members": {"gemeenten": MEMBERS},
    "theme": "lifestyle",
    "comparators": ["province", "country"],
    "partners": [{"name": "GGD Veenland", "url": "https://example.org"}, {"name": "Zorggroep Turf"}],
    "contact": {"mail": "cijfers@example.org", "privacy": "privacy@example.org"},
    "helplines": {
        "near": {
            "number": "0900-0000",
            "site": "example.org/hulp",
            "text": {"nl": "Hulp dichtbij: {number}, {site}.", "en": "Help nearby: {number}, {site}."},
        }
    },
    "look": {
        "logo": "turf.svg",
        "tokens": {
            "utrecht.link.color": BACK,
            "utrecht.page-header.background-color": BACK,
            "utrecht.page-header.color": FRONT,
        },
    },
}


def catalogue_with(folder: Path, ours: Mapping[str, object]) -> Path:
    """A catalogue with one region more, and its logo."""
    (folder / "regions/logos").mkdir(parents=True)
    for path in (PROJECT_ROOT / "catalogue").iterdir():
        if path.name != "regions":
            (folder / path.name).symlink_to(path)
    for path in (PROJECT_ROOT / "catalogue/regions").glob("*.yml"):
        (folder / "regions" / path.name).symlink_to(path)
    (folder / "regions/logos/turf.svg").write_text(LOGO, encoding="utf-8")
    (folder / "regions/ours.yml").write_text(yaml.safe_dump(ours, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture
def declared(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalogue with one region more, on the small publication."""
    folder = catalogue_with(tmp_path / "catalogue", OURS)
    monkeypatch.setenv("DWP_CATALOGUE_DIR", str(folder))
    get_settings.cache_clear()
    yield folder
    get_settings.cache_clear()


@pytest.fixture
def ours(declared: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """The small publication in an installation of the region."""
    monkeypatch.setenv("DWP_REGION", "ours")
    get_settings.cache_clear()
    return region_data.looked_at(current_release(), "")


@pytest.fixture
def national(declared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small publication as if it were made for the whole country."""
    monkeypatch.setattr(region_data, "published_for", lambda _: "")


def context_of(release: Release) -> Context:
    name = queries.region_name(release)
    assert name
    return Context(release, "nl", {}, name, region=region_data.region_of(release))


def test_areas__are_the_members_of_the_file(ours: Release) -> None:
    before = {row["code"] for row in cube.regions(replace(ours, region=""), "gemeente") if row["is_focus"]}
    inside = {row["code"] for row in cube.regions(ours, "gemeente") if row["is_focus"]}
    assert inside == set(MEMBERS) != before
    wijken = {row["gemeente_code"] for row in cube.regions(ours, "wijk") if row["is_focus"]}
    assert wijken == set(MEMBERS)
    assert not any(row["is_focus"] for row in cube.regions(ours, "province"))
    listed = {entry.key for entry in area_header.entries(context_of(ours)) if entry.key.startswith("GM")}
    assert listed == set(MEMBERS)


def test_reference__of_a_region_without_figures_is_the_mean_of_its_members(ours: Release) -> None:
    region = queries.focus_region(ours)
    assert region == {"region_name": "Veenkoloniën", "region_code": "", "region_level": "region"}
    moment = ("loneliness_pct", "gemeente", 2020, "18+", "total")
    gemeenten = queries.areas(ours, "indicator", *moment)
    inside = [row for row in gemeenten if row.code in MEMBERS]
    people = sum(row.population or 0 for row in inside)
    mean = sum((row.value or 0) * (row.population or 0) for row in inside) / people
    found = references([], region, gemeenten, "Nederland", is_mean_allowed=True)
    assert [(one.name, one.computed_from) for one in found] == [("Veenkoloniën", 2)]
    assert found[0].value == pytest.approx(mean)


@pytest.mark.parametrize(
    "shown", ["gebied", "start", "verkennen", "profiel", "rapport", "buren", "verantwoording"]
)
def test_pages__tell_name_look_partners_and_help(ours: Release, open_page: OpenPage, shown: str) -> None:
    app = open_page(shown)
    assert not app.exception
    told = words(app)
    assert text("common.problem_title", "nl") not in told
    assert "Datawerkplaats Leefstijl" in told, "the theme that the region opens with"
    assert "Veenkoloniën" in told
    assert "In de Veenkoloniën werken samen: GGD Veenland en Zorggroep Turf." in told
    assert "Hulp dichtbij: 0900-0000, example.org/hulp." in told
    drawn = " ".join(element.proto.body for element in app.get("html"))
    assert f"--utrecht-page-header-background-color:{BACK};" in drawn
    assert 'src="data:image/svg+xml;base64,' in drawn
    assert "mailto:cijfers@example.org" in drawn
    assert "region_switch" not in {box.key for box in app.selectbox}, (
        "an installation for one region has no choice"
    )
    if shown in ("gebied", "profiel"):
        compare = app.selectbox(key=f"{shown}_compare")
        assert (compare.value, compare.options[0]) == ("province", "Veenland"), "what the region wants, first"
        assert "GGD Veenland" not in compare.options
    if shown == "verantwoording":
        assert "privacy@example.org" in told


def test_deliveries__of_partners_of_another_region_are_seen_there_alone(
    declared: Path, national: None
) -> None:
    other = {"name": "Elders", "members": {"gemeenten": ["Turfhaven"]}, "deliveries": ["ggd_fixture"]}
    (declared / "regions/elders.yml").write_text(yaml.safe_dump(other), encoding="utf-8")
    for region, is_seen in (("elders", True), ("ours", False), ("", False)):
        release = region_data.looked_at(current_release(), region)
        assert release.region == region
        listed = {row["source_id"] for row in queries.indicators(release)}
        assert ("ggd_fixture" in listed) is is_seen and listed >= {"cbs_fixture", "rivm_fixture"}
        known = {row["indicator_id"] for row in queries.indicators(release)}
        assert {row["indicator_id"] for row in queries.availability(release)} <= known


def test_switch__lets_all_pages_be_for_a_region_and_back(national: None, open_page: OpenPage) -> None:
    app = open_page("start")
    switch = app.selectbox(key="region_switch")
    assert (switch.value, switch.options) == ("", [text("common.whole_country", "nl"), "Veenkoloniën"])
    switch.set_value("ours").run()
    assert not app.exception
    assert app.query_params["regio"] in ("ours", ["ours"])
    assert "de Veenkoloniën" in words(app)
    assert "regio=ours" in " ".join(element.proto.body for element in app.get("html")), (
        "links keep the region"
    )
    app.selectbox(key="region_switch").set_value("").run()
    assert "regio" not in app.query_params
    assert "Veenkoloniën" not in words(app)


@pytest.mark.parametrize("asked", ["drenthe", "nowhere", "<script>", "../ours"])
def test_address__of_a_region_that_is_not_there_opens_the_whole(
    national: None, open_page: OpenPage, asked: str
) -> None:
    app = open_page("start", regio=asked)
    assert not app.exception
    assert "regio" not in app.query_params
    assert app.selectbox(key="region_switch").value == ""


def test_report__has_the_look_and_the_partners(ours: Release) -> None:
    area = next(row for row in cube.regions(ours, "gemeente") if row["code"] == MEMBERS[0])
    made = build(Request(context_of(ours), "gemeente", area, "country", with_charts=False))
    assert (made.accent, made.region) == (BACK, "Veenkoloniën")
    assert "de Veenkoloniën" in made.subtitle
    told = " ".join(part.text for sheet in pieces(as_pdf(made)) for part in sheet)
    assert "GGD Veenland en Zorggroep Turf" in told
    word = docx.Document(io.BytesIO(as_docx(made)))
    assert str(word.styles["Title"].font.color.rgb) == BACK[1:].upper()
    assert len(word.inline_shapes) == 1


def test_site__has_the_look_and_the_partners(ours: Release) -> None:
    told = page(context_of(ours), Place(), "index.html", "Titel", "<p>inhoud</p>")
    assert f"--utrecht-link-color:{BACK};" in told
    assert '<a class="brand dw-styled"' in told
    assert "In de Veenkoloniën werken samen: GGD Veenland en Zorggroep Turf." in told
