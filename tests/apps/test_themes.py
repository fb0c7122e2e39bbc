"""The theme switch: every page takes the set of the theme in the address, also of one that a test has just made up."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.dashboard.components.menu import menu
from apps.dashboard.data import cube, queries
from apps.dashboard.data.release import current_release
from apps.dashboard.registry import pages
from apps.dashboard.report.content import build
from apps.dashboard.report.model import Heading
from apps.dashboard.report.request import Request
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.glossary import entries
from apps.dashboard.wording.texts import text
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.themes import load_themes
from datawerkplaats.reference_site.build import build_site
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.fifth_theme import FIGURES, catalogue_of_five

THEMES = load_themes(PROJECT_ROOT / "catalogue")


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with a fifth theme, of figures of the small publication."""
    return catalogue_of_five(tmp_path_factory.mktemp("five"), FIGURES)


@pytest.fixture
def fifth(published: Path, five: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The catalogue with a fifth theme, on the small publication."""
    monkeypatch.setenv("DWP_CATALOGUE_DIR", str(five))
    get_settings.cache_clear()
    yield five
    get_settings.cache_clear()


@pytest.mark.parametrize("theme", THEMES)
def test_theme__has_twelve_figures_with_words_in_both_languages(theme: str) -> None:
    catalogue = load_catalogue(PROJECT_ROOT / "catalogue")
    known = [
        catalogue.indicators[key] for key, place in THEMES[theme].places.items() if place.role == "indicator"
    ]
    assert sum(one.status == "active" for one in known) >= 12
    for one in known:
        assert one.title.nl and one.title.en and one.description.nl and one.description.en
        assert (
            one.status != "active"
            or catalogue.caveats_of(one)
            or not catalogue.sources_of(one)[0].is_model_estimate
        )


def test_switch__tells_every_theme_and_the_address_says_which(published: Path, open_page: OpenPage) -> None:
    app = open_page(thema="lifestyle")
    switch = app.selectbox(key="theme_switch")
    assert (switch.value, len(switch.options)) == ("lifestyle", len(THEMES))
    assert "Datawerkplaats Leefstijl" in words(app)
    app.selectbox(key="theme_switch").set_value("ageing_well").run()
    assert not app.exception
    assert app.query_params["thema"] in ("ageing_well", ["ageing_well"])
    assert "Datawerkplaats Vitaal Ouder Worden" in words(app)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "page", ["gebied", "verkennen", "profiel", "rapport", "verbanden", "ongelijkheid", "verklaren", "buren"]
)
def test_theme__without_any_figure_of_this_publication_says_so(
    published: Path, open_page: OpenPage, page: str, theme: str
) -> None:
    app = open_page(page, thema=theme)
    assert not app.exception
    assert text("common.problem_title", "nl") not in words(app)


def test_figure__that_is_in_no_theme_stands_in_the_first_and_in_no_other(
    published: Path, open_page: OpenPage
) -> None:
    first, other, *_ = THEMES
    app = open_page("verkennen", indicator="hidden_pct", level="gemeente", thema=first)
    assert not app.exception
    assert "Geheim cijfer" in words(app)
    app = open_page("verkennen", indicator="hidden_pct", level="gemeente", thema=other)
    assert not app.exception
    assert "Geheim cijfer" not in words(app)
    assert app.warning or app.info or "dw-note" in words(app), "nothing says why the figure is not there"
    assert app.selectbox(key="theme_switch").value == other, "there is a way on: the switch of the themes"


def test_address__of_an_unknown_theme_opens_the_first(published: Path, open_page: OpenPage) -> None:
    app = open_page("start", thema="<script>")
    assert not app.exception
    assert app.query_params["thema"] in (next(iter(THEMES)), [next(iter(THEMES))])


def test_menu__leaves_out_what_a_theme_has_not_declared() -> None:
    shown = menu("buren", "nl", theme="lifestyle")
    found = re.findall(r'<a href="([^"?]*)\?thema=lifestyle', shown)
    assert len(found) == len([page for page in pages() if not page.hidden]) - 2
    assert not {"aanmeldingen", "risico"} & set(found)


def test_figures__of_a_theme_are_those_of_its_file(fifth: Path) -> None:
    release = current_release()
    quiet = type(release)(
        release.id, release.path, release.mode, release.title, release.published_at, "quiet"
    )
    roles = {row["indicator_id"]: row["mart"] for row in queries.indicators(quiet)}
    assert roles == {
        "loneliness_pct": "indicator",
        "care_use_pct": "indicator",
        "density_per_km2": "determinant",
    }
    assert {row["indicator_id"] for row in queries.availability(quiet)} <= set(roles)
    everything = {row["indicator_id"] for row in queries.all_indicators(quiet)}
    assert everything > set(roles)
    others = {row["indicator_id"] for row in queries.indicators(release)}
    assert others == everything - set(roles), "what a theme names is no longer nobody's"


@pytest.mark.parametrize("page", [page.id for page in pages()])
def test_fifth_theme__works_on_every_page(fifth: Path, open_page: OpenPage, page: str) -> None:
    app = open_page(page, thema="quiet")
    assert not app.exception
    assert "Datawerkplaats Rust In De Buurt" in words(app)
    entry = next(one for one in pages() if one.id == page)
    link = f'href="{"./" if entry == pages()[0] else page}?thema=quiet'
    assert (link in menu(page, "nl", theme="quiet")) == (not entry.hidden)
    assert app.query_params["thema"] in ("quiet", ["quiet"])
    assert text("common.problem_title", "nl") not in words(app)


def test_fifth_theme__is_what_the_report_and_the_glossary_tell(fifth: Path) -> None:
    release = current_release()
    quiet = type(release)(
        release.id, release.path, release.mode, release.title, release.published_at, "quiet"
    )
    context = Context(quiet, "nl", {}, "Ergens")
    area = next(row for row in cube.regions(quiet, "gemeente") if row["code"] == "GM9901")
    report = build(Request(context, "gemeente", area, "country"))
    assert report.author == "Datawerkplaats Rust In De Buurt"
    assert report.subtitle.split(" en ")[0] == "Rust in de buurt"
    headings = [block.words for block in report.blocks if isinstance(block, Heading)]
    assert "Hoe rustig is het? Vrede" in headings
    assert any("de rust in de buurt" in entry.text["nl"] for entry in entries(context.theme))


def test_fifth_theme__stands_on_the_reference_site(tmp_path: Path) -> None:
    build_site(catalogue_of_five(tmp_path), tmp_path / "site")
    page = (tmp_path / "site/nl/loneliness_djg_pct.html").read_text(encoding="utf-8")
    assert "Rust in de buurt › Indicatoren › Vrede" in page
    page = (tmp_path / "site/en/age_65_plus_pct.html").read_text(encoding="utf-8")
    assert "A quiet neighbourhood › Determinants" in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page__says_which_file_is_not_right_while_somebody_edits_a_theme(
    published: Path,
    five: Path,
    tmp_path: Path,
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    broken = Path(shutil.copytree(five, tmp_path / "catalogue"))
    path = broken / "themes" / "lifestyle.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("title:", "titel:", 1), encoding="utf-8")
    monkeypatch.setenv("DWP_CATALOGUE_DIR", str(broken))
    get_settings.cache_clear()
    app = open_page("verkennen", lang=language)
    get_settings.cache_clear()
    assert not app.exception
    assert "dwp check" in app.warning[0].value
    assert "lifestyle.yml" in app.caption[0].value
