"""Six regions, each one file, on the national release: their areas, their first sentences and their pages."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.themes import load_themes
from tests.bench.dashboard import served, visits
from tests.bench.national import publish_national
from tests.proofs import coming_up
from tests.proofs.registry import Measured, Room

GOLDEN = Path(__file__).parent / "golden" / "regions.yml"
CLASSIFICATION = "geo/gemeente_2022_ggd_corop_provincie.csv"


def figures(room: Room) -> Iterator[Measured]:
    """Yields what the regions' files come to on the national release."""
    publish_national(room)
    from apps.dashboard.data import cube, regions
    from apps.dashboard.data.release import current_release

    golden = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    release = current_release()
    yield "regions_offered", float(len(regions.offered(release))), None
    yield (
        "region_areas_wrong",
        float(sum(_wrong(room, golden[region]["areas"], region) for region in golden)),
        None,
    )
    told = [
        first_sentence(region, gemeente, theme) == sentence
        for region, one in golden.items()
        for theme, sentences in one["sentences"].items()
        for gemeente, sentence in sentences.items()
    ]
    yield "region_sentences", float(len(told)), None
    yield "region_sentences_other", float(sum(not same for same in told)), None
    yield from _switching(list(golden))
    first = {region: next(iter(next(iter(one["sentences"].values())))) for region, one in golden.items()}
    codes = {row["name"]: str(row["code"]) for row in cube.regions(release, "gemeente")}
    yield from coming_up.figures(room, {region: codes[name] for region, name in first.items()})


def first_sentence(region: str, gemeente: str, theme: str = "") -> str:
    """The first sentence of Mijn gebied about a gemeente, in Dutch, with the release looked at for a region."""
    from apps.dashboard.data import cube
    from apps.dashboard.data.release import current_release
    from apps.dashboard.profile.standout_words import first

    rows = cube.regions(current_release(), "gemeente")
    page = area_page(next(row["code"] for row in rows if row["name"] == gemeente), "gemeente", region, theme)
    return first(page.findings[0], page.theme, page.names, "nl")


def area_page(code: str, level: str, region: str, theme: str = "") -> Any:
    """Mijn gebied of an area in Dutch, with the release looked at for a region and with a theme, by default the first."""
    from apps.dashboard.components.area_choice import larger_areas
    from apps.dashboard.data import cube, queries, regions
    from apps.dashboard.data.release import current_release
    from apps.dashboard.profile.area_page import AreaPage
    from apps.dashboard.wording.context import Context

    release = replace(regions.looked_at(current_release(), region), theme=theme)
    context = Context(release, "nl", {}, str(queries.region_name(release)), region=regions.region_of(release))
    area = next(row for row in cube.regions(release, level) if row["code"] == code)
    key, name = next(iter(larger_areas(context, area, level).items()))
    return AreaPage(context, context.theme, level, area, key, name)


def _wrong(room: Room, wanted: dict[str, list[str]], region: str) -> int:
    """How many gemeenten of 2022 are in a region and should not be, or the other way round, by the table as delivered."""
    from apps.dashboard.data import regions
    from apps.dashboard.data.release import current_release, query

    path = room.reference_data / CLASSIFICATION
    rows: list[dict[str, Any]] = list(csv.DictReader(path.open(encoding="utf-8-sig")))
    should = {row["code"] for row in rows for column, names in wanted.items() if row[column] in names}
    release = regions.looked_at(current_release(), region)
    rule = regions.in_focus(release)
    sql = f"select region_code from core.dim_region as r where region_level = 'gemeente' and region_vintage = 2022 and {rule}"
    found = {code for (code,) in query(release.identity, sql).rows}
    return len(should ^ found)


def _switching(known: list[str]) -> Iterator[Measured]:
    """Every page with every theme for every region: whether it fails, and how long another region or theme takes."""
    from apps.dashboard.registry import pages

    themes = list(load_themes(get_settings().catalogue_dir))
    everything = [{"regio": region, "thema": theme} for theme in themes for region in known]
    by_theme = [{"regio": region, "thema": theme} for region in known for theme in themes]
    failed = 0
    spent: dict[str, list[float]] = {"region": [], "theme": []}
    with served() as server:
        for entry in pages():
            first = visits(server, entry.id, everything)  # what the server then keeps, as after a day of use
            answers = {
                "region": visits(server, entry.id, everything),
                "theme": visits(server, entry.id, by_theme),
            }
            failed += sum(answer.failed for answer in (*first, *answers["region"], *answers["theme"]))
            for kind, found in answers.items():
                spent[kind] += [answer.seconds for answer in found[1:]]
    yield "region_pages", float(len(pages()) * len(everything)), None
    yield "region_pages_failed", float(failed), None
    for kind, seconds in spent.items():
        yield f"{kind}_switch_p95_ms", float(np.percentile(seconds, 95)) * 1000, None
