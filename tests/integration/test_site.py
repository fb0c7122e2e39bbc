"""The public site of the demo region: every figure is the release's, nothing closed is on it, and a failure leaves it."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from apps.dashboard.data import queries
from apps.dashboard.data.release import current_release, forget
from apps.dashboard.wording.texts import LANGUAGES
from apps.site import build
from apps.site.shell import Place
from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.catalogue.egress import load_egress
from tests.apps.visits import AXE
from tests.browser import chromium
from tests.kept_builds import code_key, kept_build

pytestmark = [pytest.mark.slow]
_CELLS = re.compile(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td>')


@pytest.fixture(scope="module")
def site(demo: Path) -> Iterator[Path]:
    """The site of the whole region, made once for all workers; read only."""

    def make(folder: Path) -> None:
        build.build_site(folder / "public", place=Place("https://werkplaats.example", "https://site.example"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWP_DATA_DIR", str(demo))
        get_settings.cache_clear()
        forget()
        yield (
            kept_build("site", f"{demo.parent.name[-16:]}{code_key(PROJECT_ROOT / 'apps')}", make) / "public"
        )
    get_settings.cache_clear()
    forget()


def test_site__has_one_a4_of_every_gemeente_and_its_page_leads_to_it(site: Path) -> None:
    gemeenten = sorted(path.stem for path in (site / "cijfers").glob("GM*.json"))
    for language in LANGUAGES:
        for code in gemeenten:
            page = (site / language / "gebied" / f"{code}.html").read_text(encoding="utf-8")
            assert f'href="{code}.pdf"' in page
            (only,) = PdfReader(site / language / "gebied" / f"{code}.pdf").pages
            assert f"https://site.example/{language}/gebied/{code}.html" in "".join(
                only.extract_text().split()
            )
    assert not list(site.glob("*/gebied/WK*.pdf"))


def test_site__every_figure_of_every_area_is_the_releases(site: Path) -> None:
    with publication.Reader(get_settings().publish_dir).connect() as con:
        rows = con.execute(
            """select region_code, indicator_id, year, age_band, value from core.fct_observation
            where sex = 'total' and region_level in ('gemeente', 'wijk')
            union all select region_code, indicator_id, year, age_band, value from core.fct_observation_restated
            where sex = 'total'"""
        ).fetchall()
    known: dict[tuple[Any, ...], set[float | None]] = {}
    for *key, value in rows:
        known.setdefault(tuple(key), set()).add(value)
    told = 0
    for path in sorted((site / "cijfers").glob("*.json")):
        area = json.loads(path.read_text(encoding="utf-8"))
        page = unescape((site / "nl" / "gebied" / f"{path.stem}.html").read_text(encoding="utf-8"))
        written = [value for _, value in _CELLS.findall(page)]
        assert len(written) == len(area["figures"])
        for figure, cell in zip(area["figures"], written, strict=True):
            value = figure.get("value")
            key = path.stem, figure["indicator"], figure["year"], figure["age"]
            assert value is None or value in known[key]
            shown = re.search(r"[-−]?[\d.]+(?:,\d+)?", cell)
            assert (shown is None) == (value is None)
            if shown and value is not None:
                decimals = len(shown[0].partition(",")[2])
                number = float(shown[0].replace(".", "").replace(",", ".").replace("−", "-"))
                assert abs(number - value) <= 0.5 * 10**-decimals + 1e-9
                told += 1
    assert told > 5_000


def test_site__a_map_tells_the_figures_of_the_age_that_its_page_names(site: Path) -> None:
    with publication.Reader(get_settings().publish_dir).connect() as con:
        rows = con.execute(
            """select indicator_id, region_code, age_band, value from mart.obs
            where region_level = 'gemeente' and sex = 'total'
            qualify year = max(year) over (partition by indicator_id, age_band)"""
        ).fetchall()
    known = {(indicator, code, age): value for indicator, code, age, value in rows}
    told = 0
    for path in sorted((site / "nl" / "kaart").glob("*.html")):
        page = unescape(path.read_text(encoding="utf-8"))
        (about,) = re.findall(r'<p class="dw-note">(.*?)</p>', page)[:1]
        for code, cell in re.findall(r'gebied/(GM\d+)\.html">[^<]*</a></th><td>(.*?)</td>', page):
            number = re.search(r"\d+(?:,\d+)?", cell)
            # Each map that there is in the demo is of adults, or of an indicator that has one age.
            ages = {age for indicator, of, age in known if (indicator, of) == (path.stem, code)}
            age = (
                "18+"
                if about.startswith("18 jaar en ouder")
                else next(iter(ages))
                if len(ages) == 1
                else None
            )
            value = known.get((path.stem, code, age)) if age else None
            if number and value is not None:
                decimals = len(number[0].partition(",")[2])
                assert abs(float(number[0].replace(",", ".")) - value) <= 0.5 * 10**-decimals + 1e-9, (
                    path.stem
                )
                told += 1
    assert told > 50


def test_site__has_every_area_in_both_languages_and_asks_nobody_else(site: Path) -> None:
    names = {
        language: {path.relative_to(site / language) for path in (site / language).rglob("*.html")}
        for language in ("nl", "en")
    }
    assert names["nl"] == names["en"] and len(names["nl"]) > 100
    for path in site.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert not re.search(
            r'(?:src|<link [^>]*href)="(?:https?:)?//',
            page.replace('rel="canonical" href="https://site.example', ""),
        )
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=", page)
    for path in (site / "nl").rglob("*.html"):
        for link in re.findall(r'href="([^"#:]+?)(?:#[^"]*)?"', path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
    assert (site / "sitemap.xml").read_text(encoding="utf-8").count("<url>") == 2 * len(names["nl"])


def test_site__figures_of_partners_and_predictions_are_not_on_it(site: Path) -> None:
    closed = build.closed_indicators(get_settings(), current_release())
    titles = {
        row["title_nl"] for row in queries.indicators(current_release()) if row["indicator_id"] in closed
    }
    assert len(titles) >= 3
    told = {
        figure["indicator"]
        for path in (site / "cijfers").glob("*.json")
        for figure in json.loads(path.read_text(encoding="utf-8"))["figures"]
    }
    assert not told & closed
    predicting = set(load_egress(get_settings().catalogue_dir).predicted)
    of = {row["indicator_id"]: row["source_id"] for row in queries.indicators(current_release())}
    assert predicting and not [one for one in told if of[one] in predicting]


def test_build__a_region_that_is_not_there_or_another_folder_is_a_sentence(
    site: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataProblem, match="province, GGD region or gemeente"):
        build.build_site(tmp_path / "site", "Atlantis")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataProblem, match="a site that was made before"):
        build.build_site(tmp_path / "other")
    assert [path.name for path in tmp_path.rglob("*")] == ["other", "mine.txt"]


def test_build__a_failure_leaves_the_site_before(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site"
    # What is written is the same each time: only the writing is on trial.
    content = build._written(get_settings(), current_release(), "Turfhaven", Place())
    monkeypatch.setattr(build, "_written", lambda *_: content)
    first = build.build_site(out, "Turfhaven")
    before = (out / "nl" / "index.html").read_bytes()
    assert first.pages < 100

    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(DataProblem, match="the site before stays"):
            build.build_site(out, "Turfhaven")
    assert (out / "nl" / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert build.build_site(out, "Turfhaven").pages == first.pages


@pytest.mark.browser
@pytest.mark.busy
def test_pages__fit_a_phone_and_have_no_barrier(site: Path, tmp_path: Path) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    gemeente = next(iter(sorted((site / "nl" / "gebied").glob("GM*.html")))).name
    wijk = next(iter(sorted((site / "nl" / "gebied").glob("WK*.html")))).name
    figure = next(iter(sorted((site / "nl" / "kaart").glob("*.html")))).name
    paths = ("nl/index.html", f"nl/gebied/{gemeente}", f"en/gebied/{wijk}", f"en/kaart/{figure}")
    try:
        with chromium(tmp_path / "profile") as driver:
            driver.execute_cdp_cmd(
                "Page.setBypassCSP", {"enabled": True}
            )  # for axe, which is put into the page
            for path in paths:
                driver.get(f"http://127.0.0.1:{server.server_port}/{path}")
                driver.execute_script(AXE.read_text(encoding="utf-8"))
                for width, height in ((1440, 900), (390, 844)):
                    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
                    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                    wide = driver.execute_script("return document.documentElement.scrollWidth")
                    assert wide <= width, f"{path} is {wide} wide"
                    found = driver.execute_async_script(
                        "const done = arguments[0]; axe.run().then(r => done(r.violations.map(v => v.id + ': ' + v.nodes[0].html)))"
                    )
                    assert found == [], f"{path}: {found}"
    finally:
        server.shutdown()
