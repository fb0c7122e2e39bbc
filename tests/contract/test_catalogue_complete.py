"""The catalogue covers the whole field: every concept has figures or stands on the gap list, every table has a reader."""

from __future__ import annotations

import html.parser
import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.reference_site.build import build_site
from datawerkplaats.warehouse_inputs.editions import check_measures_held, sources_in_use
from demo.declared_tables import TABLES
from demo.health_monitor import TABLES as MONITORS

FOLDER = PROJECT_ROOT / "catalogue"
STATLINE = [
    "50150NED",
    "50120NED",
    "50090NED",
    "50052NED",
    "50149NED",
    "50140NED",
    "50143NED",
    "85984NED",
    "85618NED",
    "85318NED",
    "84799NED",
    "84583NED",
    "84286NED",
    "86165NED",
    "86296NED",
    "85900NED",
    "85539NED",
    "85163NED",
    "86270NED",
    "86204NED",
    "85075NED",
    "83563NED",
    "82972NED",
    "85994NED",
    "86158NED",
    "83251NED",
    "85463NED",
    "80142ned",
    "70072ned",
    "80202ned",
    "47022NED",
    "47018NED",
    "71304ned",
    "85755NED",
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(FOLDER)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))


def test_sources__every_statline_table_has_a_reader_and_a_demo(catalogue: Catalogue) -> None:
    tables = {s.reader.table for s in catalogue.sources.values() if s.reader.table}
    assert set(STATLINE) <= tables
    delivered = (
        {table.id for table in TABLES}
        | {"50090NED", "50120NED", "50150NED", "50052NED"}
        | set(MONITORS.values())
    )
    assert tables - delivered == {"84799NED", "50140NED", "85067NED", "03759ned"}, (
        "made by modules of their own"
    )


def test_sources__new_ones_are_no_condition_for_publishing(catalogue: Catalogue) -> None:
    required = {key for key, source in catalogue.sources.items() if source.required}
    assert required == {"rivm_health_50090ned", "cbs_key_figures_84799ned", "ggd_young_adults_50140ned"}


def test_building_blocks__each_has_an_indicator_or_a_gap(catalogue: Catalogue) -> None:
    theme = catalogue.themes["mental_health"]
    blocks = {key for key, part in theme.framework.components.items() if part.parent}
    covered = {place.building_block for place in theme.places.values()}
    missing = blocks - covered
    assert len(blocks) == 18
    assert missing <= {"social_functioning", "active_attitude", "properties_of_the_concept", "mental_skills"}


def test_gaps__have_a_reason_and_no_source(catalogue: Catalogue) -> None:
    gaps = [i for i in catalogue.indicators.values() if i.status == "no_data"]
    assert len(gaps) >= 40
    assert all(i.gap_reason and i.definition.source is None and not i.definition.measures for i in gaps)
    assert {i.mart for i in gaps} == {"indicator", "determinant", "outcome"}


def test_mhi5__three_cut_offs_are_three_series_that_never_meet(catalogue: Catalogue) -> None:
    series = [i for i in catalogue.indicators.values() if i.definition.instrument == "mhi5"]
    assert {i.definition.cut_off for i in series} == {"<60", "<=60", "<=76"}
    concepts = Counter((i.definition.cut_off, i.population) for i in series)
    assert max(concepts.values()) == 1
    reads = Counter((i.definition.source, i.definition.measure) for i in series if i.definition.source)
    assert max(reads.values()) == 1
    by_edition = [e.sources for e in catalogue.dimensions.editions.values()]
    for sources in by_edition:
        cut_offs = {
            i.definition.cut_off
            for i in series
            if set(sources) & {s.source_id for s in catalogue.sources_of(i)}
        }
        assert len(cut_offs) <= 1, "two cut-offs would stand in one series"


def test_concepts__one_instrument_cut_off_and_population_is_one_id(copy: Path) -> None:
    old = copy / "indicators/indicator/psychological_complaints_mhi5_le60_pct.yml"
    text = old.read_text(encoding="utf-8").replace(
        "measure: PsychischeKlachten", "measure: MistEmotioneleSteun2"
    )
    (copy / "indicators/indicator/complaints_again_pct.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        load_catalogue(copy)
    assert caught.value.where == "definition.cut_off"
    assert "adults_18_plus" in caught.value.found


def _change(path: Path, **fields: Any) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content.update(fields)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"gap_reason": None}, "gap_reason is needed"),
        ({"status": "active"}, "definition.source is needed"),
        ({"definition": {"measure": "Eenzaam"}}, "source is needed beside"),
    ],
)
def test_gap__without_its_reason_or_with_figures_is_refused(
    copy: Path, fields: dict[str, Any], message: str
) -> None:
    _change(copy / "indicators/indicator/empathy_pct.yml", **fields)
    with pytest.raises(DataProblem, match="empathy_pct") as caught:
        load_catalogue(copy)
    assert message in caught.value.expected


def test_series__one_edition_wins_as_a_whole(catalogue: Catalogue) -> None:
    indicator = catalogue.indicators["loneliness_djg_pct"]
    holds = {"rivm_health_50150ned": {"Eenzaam": True}, "rivm_health_50090ned": {"Eenzaam": True}}
    assert [s.source_id for s in sources_in_use(catalogue, indicator, lambda s: holds.get(s.source_id))] == [
        "rivm_health_50150ned"
    ]
    holds["rivm_health_50150ned"] = {"Eenzaam": False}
    [used] = sources_in_use(catalogue, indicator, lambda s: holds.get(s.source_id))
    assert used.source_id == "rivm_health_50090ned", "a column without values is no reason to win"


def test_series__each_year_comes_from_its_own_edition(catalogue: Catalogue) -> None:
    indicator = catalogue.indicators["population_density_per_km2"]
    used = sources_in_use(catalogue, indicator, lambda s: {"Bevolkingsdichtheid": True})
    assert [s.source_id for s in used] == catalogue.dimensions.editions["cbs_key_figures"].sources
    vintages = [s.region_vintage for s in used]
    assert vintages == sorted(vintages, reverse=True)


def test_series__a_measure_no_edition_holds_stops_the_build(catalogue: Catalogue) -> None:
    held = {key: {"Eenzaamheid": True} for key in catalogue.sources}
    with pytest.raises(DataProblem) as caught:
        check_measures_held(catalogue, lambda source: held[source.source_id])
    assert caught.value.code == "unknown_measure"
    assert caught.value.subject.startswith("catalogue/indicators/")


class _Page(html.parser.HTMLParser):
    """What a page links to and loads, and whether its parts are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "input", "br"):
            self.open.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src") and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_site__every_page_is_whole_and_loads_nothing_from_outside(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    pages = build_site(FOLDER, tmp_path)
    assert pages == 1 + 2 * (len(catalogue.indicators) + 4) == len(list(tmp_path.rglob("*.html")))
    for path in tmp_path.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        page = _Page(text)
        assert not page.open, path
        assert re.search(r'<html lang="(nl|en)">', text) and text.count("<h1>") == 1
        for link in page.links:
            target, _, anchor = link.partition("#")
            if target.startswith("http"):
                assert f'src="{link}"' not in text
                continue
            found = (path.parent / target) if target else path
            assert found.exists(), f"{path.name} leads to {link}"
            assert not anchor or f'id="{anchor}"' in found.read_text(encoding="utf-8")


def test_site__downloads_hold_every_indicator(catalogue: Catalogue, tmp_path: Path) -> None:
    build_site(FOLDER, tmp_path)
    rows = json.loads((tmp_path / "metadata.json").read_text(encoding="utf-8"))
    assert {row["indicator_id"] for row in rows} == set(catalogue.indicators)
    heading = (tmp_path / "metadata.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert heading.split(";") == list(rows[0])
    gaps = (tmp_path / "en" / "gaps.html").read_text(encoding="utf-8")
    assert all(
        i.title.en in gaps.replace("&#x27;", "'") for i in catalogue.indicators.values() if i.gap_reason
    )


def test_site__rules_are_told_with_guidance_and_on_the_pages_of_indicators(tmp_path: Path) -> None:
    build_site(FOLDER, tmp_path)
    for language, kort in (("nl", "Een percentage onder 0"), ("en", "A percentage lies between 0 and 100")):
        rules = (tmp_path / language / "rules.html").read_text(encoding="utf-8")
        ids = {path.stem for path in (PROJECT_ROOT / "data_quality/docs").glob("*.md")}
        assert set(re.findall(r'<h3 id="([a-z0-9_]+)"', rules)) == ids
        assert kort in rules
        assert rules.count("For an engineer") == len(ids)
        page = (tmp_path / language / "ggz_costs_per_insured_eur.html").read_text(encoding="utf-8")
        assert 'href="rules.html#value_plausible"' in page
        assert 'href="rules.html#region_has_name"' not in page


def test_site__a_page_tells_definition_source_lineage_checks_and_issues(tmp_path: Path) -> None:
    build_site(FOLDER, tmp_path)
    page = (tmp_path / "en" / "ggz_costs_per_insured_eur.html").read_text(encoding="utf-8")
    for part in (
        "Definition",
        "Source",
        "The way of the figure",
        "Checks",
        "What to know of the source",
        "Known errors",
        "Mind",
    ):
        assert f"<h2>{part}</h2>" in page
    assert "staging.stg_declared__observations" in page
    assert "the way of paying for mental health care changed" in page
