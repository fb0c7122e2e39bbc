"""The care table measured: what models attain of what is possible, how groups fare, what is found, how fast and large."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from ml.care import next_step, next_step_audit, registry
from ml.care.next_step import choices_of
from ml.care.train import examine, models_dir
from ml.metrics import auroc
from ml.production.pipeline import one_thread
from ml.trajectories.draw import Trajectories, draw, escalation_probability
from ml.trajectories.world import Dials, make_world
from tests.browser import free_port, running
from tests.care_table.cohorts import cohort_of, truth_of
from tests.proofs.registry import Measured, Room

LARGE, SMALL, USERS = 60_000, 8_000, 25
UNFAIR = 0.9


def figures(room: Room) -> Iterator[Measured]:
    """The models and the application."""
    with one_thread():
        yield from _next_step(draw(make_world(), LARGE))
        yield from _unfairness()
        house = Settings(
            _env_file=None, data_dir=room.work / "care_data", keys_dir=room.work / "care_keys", cores=1
        )
        yield from _form(house)
    yield from _application(house)


def _next_step(drawn: Trajectories) -> Iterator[Measured]:
    cohort, truth = cohort_of(drawn), truth_of(drawn)
    begun = time.perf_counter()
    model, report = next_step_audit.examine(cohort)
    yield "care_next_step_examined_s", time.perf_counter() - begun, None
    choices = choices_of(cohort)
    best = float(np.sort(truth, axis=1)[:, -3:].sum(axis=1).mean())
    yield "care_hit_at_3_of_optimum", report["hit_at_3"]["value"] / best, None
    for name, value in report["rivals"].items():
        yield f"care_hit_at_3_of_optimum ({name})", value / best, None
    yield "care_slope_top_3", report["slope_top_3"], None
    for gap in report["hit_gaps"]:
        yield f"care_hit_gap ({gap['group']})", gap["gap"], None
        yield f"care_hit_gap_upper ({gap['group']})", gap["upper"], None
    yield "care_next_step_membership_auc", report["membership"], None
    yield "care_next_step_gate_refusals", len(report["failures"]), None
    silent = [model.answer(tuple(key.strip(">").split(">")), {}) for key in model.support]
    yield "care_answers_below_20_similar", sum(bool(a.suggestions) and a.similar < 20 for a in silent), None
    begun = time.perf_counter()
    next_step.softmax(model.probability(choices.at))
    yield "care_scoring_per_second", len(choices) / (time.perf_counter() - begun), None


def _unfairness() -> Iterator[Measured]:
    for name, unfair in (("planted", UNFAIR), ("none", 0.0)):
        _, report = next_step_audit.examine(cohort_of(draw(make_world(Dials(seed=7, unfair=unfair)), SMALL)))
        found = [one for one in report["unequal"] if one["group"] == "origin"]
        yield f"care_unequal_found ({name})", len(found), None
        yield f"care_gate_closed ({name})", float(bool(report["failures"])), None


def _form(house: Settings) -> Iterator[Measured]:
    drawn = draw(make_world(Dials(seed=201)), SMALL)
    begun = time.perf_counter()
    made = {one.manifest["tool"]: one for one in examine(cohort_of(drawn), models_dir(house))}
    yield "care_both_tools_trained_s", time.perf_counter() - begun, None
    about = made["escalation_24m"].manifest
    yield "care_form_fields", about["shown"]["fields"], None
    yield "care_form_auroc_loss", about["shown"]["loss"]["value"], None
    yield "care_form_slope", about["shown"]["slope"], None
    best = auroc(escalation_probability(drawn.world, drawn.clients, 40), drawn.escalated.astype(float))
    yield "care_form_auroc", about["shown"]["auroc"], best
    yield "care_escalation_gate_refusals", len(about["failures"]), None


def _application(house: Settings) -> Iterator[Measured]:
    """A photo to the answer, by 25 visitors one after the other with their sessions open, and the memory of the process then."""
    from demo.care import fill
    from tests.care_table.test_care_canaries import marked_photo

    assert fill(house) == len(registry.TOOLS)
    port, photo = free_port(), marked_photo()
    base = f"http://127.0.0.1:{port}"
    environment = {
        "DWP_DATA_DIR": str(house.data_dir),
        "DWP_KEYS_DIR": str(house.keys_dir),
        "PYTHONPATH": str(PROJECT_ROOT),
    }
    taken, pages = [], []
    with running([sys.executable, "-m", "apps.care_table", "--port", str(port)], f"{base}/", environment):
        visitors = [httpx.Client(base_url=base, follow_redirects=True, timeout=60) for _ in range(USERS)]
        for visitor in visitors:
            begun = time.perf_counter()
            visitor.get("/risk")
            pages.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            shown = visitor.post("/team/photo", files={"photo": ("board.jpg", photo, "image/jpeg")}).text
            taken.append(time.perf_counter() - begun)
            assert 'class="timeline"' in shown
        memory = _memory_of(port)
        for visitor in visitors:
            visitor.close()
    yield "care_photo_to_timeline_p95_s", statistics.quantiles(taken, n=20)[-1], None
    yield "care_page_p95_s", statistics.quantiles(pages, n=20)[-1], None
    yield "care_app_memory_mb", memory, None


def _memory_of(port: int) -> float:
    """Megabytes of the process that serves on a port."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            status = (folder / "status").read_text()
        except OSError:
            continue
        if b"apps.care_table" in command and str(port).encode() in command:
            return int(status.split("VmRSS:")[1].split()[0]) / 1024
    return float("nan")
