"""The public site of the demo region: every figure is the release's, nothing closed is on it, and a failure leaves it."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest
import vl_convert
from pypdf import PdfReader

from apps.dashboard.data import queries
from apps.dashboard.data.release import current_release, forget
from apps.dashboard.wording.texts import LANGUAGES
from apps.site import build, content, shards
from apps.site.allowed import allowed
from apps.site.shell import Place
from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.catalogue.egress import load_egress
from tests.apps.visits import AXE
from tests.browser import chromium
from tests.kept_builds import code_key, kept_build
from tests.site_examiner import Examiner, Found

pytestmark = [pytest.mark.slow]


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
            kept_build(
                "site",
                f"{demo.parent.name[-16:]}{code_key(PROJECT_ROOT / 'apps')}{code_key(PROJECT_ROOT / 'catalogue' / 'stories')}",
                make,
            )
            / "public"
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


def test_site__every_number_on_it_is_the_releases(site: Path) -> None:
    found = Examiner(publication.current(get_settings().publish_dir)).site(site)
    assert (found.wrong, found.missing) == ([], [])
    assert found.areas > 200 and found.numbers > 30_000


def test_examiner__sees_a_number_that_is_not_the_releases(site: Path, tmp_path: Path) -> None:
    """On page, block, map, story and file of figures alike; who examines may not be blind."""
    gemeente = min(path.stem for path in (site / "cijfers").glob("GM*.json"))
    figure = min(path.stem for path in (site / "nl" / "kaart").glob("*.html"))
    story = min(path.name.split(".")[0] for path in (site / "nl" / "verhaal").glob("*.vl.json"))
    paths = (
        f"cijfers/{gemeente}.json", f"cijfers/kaart/{figure}.json",
        *(f"{language}/gebied/{gemeente}.html" for language in LANGUAGES),
        *(f"{language}/insluiten/{gemeente}.html" for language in LANGUAGES), f"nl/kaart/{figure}.html", f"nl/verhaal/{story}.html",
        min(str(path.relative_to(site)) for path in (site / "nl" / "verhaal").glob(f"{story}.*.vl.json")),
    )  # fmt: skip
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(site / path, tmp_path / path)
    examiner = Examiner(publication.current(get_settings().publish_dir))
    examiner.site(tmp_path)
    assert not examiner.found.wrong
    changes = {
        paths[0]: (r'"value":(\d)', r'"value":7\1'), paths[1]: (r'"value":(\d)', r'"value":7\1'),
        paths[2]: (r"<td>(≈ )?(\d)", r"<td>\g<1>7\2"), paths[4]: (r"(</abbr> |<strong>)(\d)", r"\g<1>7\2"),
        paths[6]: (r'(GM\d+\.html">[^<]*</a>(?:</th>)?<td>(?:≈ )?)(\d)', r"\g<1>7\2"),
        paths[7]: (r'<data value="(\d)', r'<data value="7\1'), paths[8]: (r'"x":(\d)', r'"x":7\1'),
    }  # fmt: skip
    for path, (was, now) in changes.items():
        told = (tmp_path / path).read_text(encoding="utf-8")
        changed, count = re.subn(was, now, told, count=1)
        assert count == 1, path
        (tmp_path / path).write_text(changed, encoding="utf-8")
        examiner.found = Found()
        assert examiner.site(tmp_path).wrong, path
        (tmp_path / path).write_text(told, encoding="utf-8")


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
    # Each gemeente, and one wijk in ten: the pages of wijken are made alike.
    pages = [path for path in (site / "nl").rglob("*.html") if not path.name.startswith("WK")]
    for path in (*pages, *sorted((site / "nl" / "gebied").glob("WK*.html"))[::10]):
        for link in re.findall(r'href="([^"#:]+?)(?:#[^"]*)?"', path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
    assert (site / "sitemap.xml").read_text(encoding="utf-8").count("<url>") == 2 * sum(
        path.parts[0] != "insluiten" for path in names["nl"]
    )


def test_examiner__sees_a_file_of_a_province_that_says_something_else(site: Path, tmp_path: Path) -> None:
    part = min((site / "cijfers" / "delen").glob("*.parquet"))
    shutil.copytree(site / "cijfers", tmp_path / "cijfers")
    examiner = Examiner(publication.current(get_settings().publish_dir))
    examiner.found, examiner.in_shards = Found(), set()
    examiner.shard(tmp_path, part)
    assert not examiner.found.wrong and examiner.found.numbers > 1_000
    table = pq.read_table(part)
    values = table["value"].to_pylist()
    values[values.index(max(one for one in values if one is not None))] = 0.5
    other = tmp_path / "cijfers" / "delen" / part.name
    pq.write_table(table.set_column(table.schema.get_field_index("value"), "value", [values]), other)
    examiner.found, examiner.in_shards = Found(), set()
    examiner.shard(tmp_path, other)
    assert len(examiner.found.wrong) == 1


def test_site__every_figure_can_be_taken_along_by_province_and_checked(site: Path) -> None:
    index = json.loads((site / shards.INDEX).read_text(encoding="utf-8"))
    assert index["release"] == current_release().id and index["files"]
    front = (site / "nl" / "index.html").read_text(encoding="utf-8")
    for one in index["files"]:
        content = (site / one["path"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["bytes"])
        table = pq.read_table(site / one["path"])
        assert table.num_rows == one["rows"] and table.column_names == index["columns"]
        assert f'href="../{one["path"]}"' in front


def test_site__charts_of_stories_compile_and_are_drawn(site: Path) -> None:
    for language in LANGUAGES:
        assert list((site / language / "verhaal").glob("*.vl.json"))
        for path in (site / language / "verhaal").glob("*.html"):
            page = path.read_text(encoding="utf-8")
            # A small drawing stands in the page, a larger one in a file of its own.
            found = re.findall(r"""<img class="dw-bars" alt="[^"]{20,}" src=(?:"([^"]+)"|'([^']+)')""", page)
            drawings = [file or inside for file, inside in found]
            specs = sorted(path.parent.glob(f"{path.stem}.*.vl.json"))
            assert len(drawings) == len(specs)
            for drawing, spec in zip(drawings, specs, strict=True):
                about = json.loads(spec.read_text(encoding="utf-8"))
                assert len(about["data"]["values"]) >= 2 and vl_convert.vegalite_to_vega(about)
                is_inside = drawing.startswith("data:")
                svg = unquote(drawing) if is_inside else (path.parent / drawing).read_text(encoding="utf-8")
                assert all(row["t"] in svg for row in about["data"]["values"])


def test_site__figures_of_partners_and_predictions_are_not_on_it(site: Path) -> None:
    closed = allowed(get_settings(), current_release()).closed
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
    written = list(content.written(build.looked_for("Turfhaven", Place())))
    monkeypatch.setattr(build, "written", lambda _: written)
    first = build.build_site(out, "Turfhaven")
    before = (out / "nl" / "index.html").read_bytes()
    assert first.pages < 100

    def full(path: Path, told: bytes) -> int:
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
    story = next(iter(sorted((site / "nl" / "verhaal").glob("*.html")))).name
    paths = (
        "nl/index.html", f"nl/gebied/{gemeente}", f"en/gebied/{wijk}", f"en/kaart/{figure}", f"nl/verhaal/{story}",
        f"en/insluiten/{gemeente}",
    )  # fmt: skip
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
