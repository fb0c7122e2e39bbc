"""Leaks that are seeded into copies of what is served: the examiner has to find each, and nothing in what is served itself."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from tests.proofs.registry import Measured, Room
from tests.security.egress_examiner import examine, of_file, people_sources

# Leaks as somebody might make them: which of the two files, the change in SQL, and the kind that has to be found.
SEEDED: tuple[tuple[str, str, str], ...] = (
    ("predicted", "update core.dim_model set participants = 4", "small_count"),
    ("predicted", "update core.dim_model set smallest_cell = 9", "small_count"),
    ("predicted", "update core.dim_model set shuffled_auroc = 0.4987654321", "exact_figure"),
    ("predicted", "update core.dim_model set not_released_because = 'only 3 people answered'", "count_in_words"),
    ("predicted", "update core.dim_model set limitations = 'Er waren 7 deelnemers.'", "count_in_words"),
    ("predicted", "update quality.rpt_risk_area set participants = 1", "small_count"),
    ("predicted", "update quality.rpt_model_calibration set people = 8", "small_count"),
    ("predicted", "update quality.rpt_model_calibration set people = 139, observed = 3 / 139", "share_gives_count"),
    ("predicted", "update quality.rpt_model_calibration set people = 140, observed = 0.02", "share_gives_count"),
    ("predicted", "update quality.rpt_model_calibration set predicted = predicted + 1e-7", "exact_figure"),
    ("predicted", "update quality.rpt_model_subgroup set events = 6 where events is not null", "small_count"),
    ("predicted", "update quality.rpt_model_subgroup set auroc = auroc + 1e-6", "exact_figure"),
    ("predicted", "update quality.rpt_model_skill set value = value + 1e-6", "exact_figure"),
    ("predicted", "update quality.rpt_model_contribution set share = share / 3", "exact_figure"),
    ("predicted", "update core.dim_model set participants = 9410; "
     "update core.dim_model set participants = 9413 where model_id = 'onset_restless_behaviour_18_29'", "difference_of_models"),
    ("figures", "update stored.figure set numerator = 2 where source_id like 'partner%'", "small_count"),
    ("figures", "update stored.figure set value = 5 where source_id like 'partner%' and unit = 'aantal'", "small_count"),
    ("figures", "update stored.figure set numerator = 7 where mart = 'outcome' and source_id like 'partner%'", "small_count"),
    ("figures", "update quality.check_result set violated = 3 where subject = 'ml_panel_waves'", "small_count"),
    ("figures", "update core.dim_source set rows = 6 where source_id = 'ml_panel_waves'", "small_count"),
    ("figures", "create table quality.rpt_panel_wijk as select 'WK1' as region_code, 3 as deelnemers", "small_count"),
)  # fmt: skip


def seeded(
    publish_dir: Path, publication_id: str, catalogue: Path, folder: Path
) -> Iterator[tuple[str, bool]]:
    """Per seeded leak whether it was found in a copy of the release."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {
        "figures": f"warehouse_{publication_id}.duckdb",
        "predicted": f"predicted_{publication_id}.duckdb",
    }
    sources = people_sources(catalogue)
    for number, (part, change, kind) in enumerate(SEEDED):
        copy = folder / f"{number}.duckdb"
        shutil.copyfile(publish_dir / names[part], copy)
        with duckdb.connect(str(copy)) as con:
            con.execute(change)
            kinds = {leak.kind for leak in of_file(con, sources)}
        copy.unlink()
        yield change, kind in kinds


def figures(room: Room) -> Iterator[Measured]:
    """Yields what the examiner finds in what is served, and how many seeded leaks it finds in copies of it."""
    publish_dir, catalogue = get_settings().publish_dir, get_settings().catalogue_dir
    try:
        served = publication.current(publish_dir)
    except DataProblem:
        return
    found = examine(publish_dir, served.id, catalogue)
    for leak in found:
        print(f"FOUND: {leak}", file=sys.stderr)
    yield "egress_leaks", sum(leak.number for leak in found), None
    outcome = list(seeded(publish_dir, served.id, catalogue, room.work / "seeded"))
    for change, was_found in outcome:
        if not was_found:
            print(f"NOT FOUND: {change}", file=sys.stderr)
    yield "egress_seeded", len(outcome), None
    yield "egress_found", sum(was_found for _, was_found in outcome), len(outcome)
