"""Protection and auditor on trial: simulated regions are protected, attacked and leaked into.

A region per seed is protected and written as it would be published; the auditor attacks the file as an outsider and as each
partner; then leaks are seeded and it is counted how many are found. Last come the figures of the gate on what is served, if
anything is.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from data_quality.auditor import Policy, Published, Report, audit, read_published
from data_quality.auditor.mutations import seeded_leaks
from datawerkplaats import disclosure, publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from tests.proofs.registry import Measured, Room

SEEDS, LEAKS = 20, 50
_LEAK_GEMEENTEN = 3
# What was measured when the method was chosen: the share hidden of the wijken and buurten, seconds to protect and audit.
_CHOSEN = {"wijk": 0.046, "buurt": 0.47}
_CHOSEN_S = 4.3 + 1.9


@dataclass(frozen=True)
class Trial:
    """A protected region as published, with what is confidential about it, and how long protecting took."""

    published: Published
    secret: pd.DataFrame
    partners: dict[str, pd.DataFrame]
    primary_only: Published
    seconds: float


def run_trial(seed: int, folder: Path, *, gemeenten: int = 12) -> Trial:
    """Protect a simulated region and publish it to `folder`, once as it should be and once with sensitive
    cells hidden only.
    """
    region, rule = disclosure.simulated_region(seed, gemeenten=gemeenten), disclosure.DisclosureRule()
    started = time.perf_counter()
    sensitive = disclosure.sensitive_cells(region.table, rule)
    suppressed = disclosure.suppress(region.table, sensitive)
    seconds = time.perf_counter() - started
    shown, cells = region.publishable, region.table.cells
    files = []
    for name, hidden in (("protected", suppressed.hidden), ("primary_only", sensitive.primary)):
        table = disclosure.published_table(
            region.keys, cells.value[shown], hidden[shown], rule, population=region.population
        )
        files.append(folder / f"{name}_{seed}.parquet")
        pq.write_table(table, files[-1])
    keys = pd.DataFrame(region.keys)
    own = {f"partner_{i}": keys.assign(count=cells.own[shown, i]) for i in range(cells.own.shape[1])}
    secret = keys.assign(count=cells.value[shown])
    return Trial(read_published(files[0]), secret, own, read_published(files[1]), seconds)


def leaks_found(seed: int, folder: Path, each: int) -> tuple[int, int]:
    """How many leaks seeded into a small region the auditor finds at the cell that leaks, and how many there
    were.
    """
    region = run_trial(10_000 + seed, folder, gemeenten=_LEAK_GEMEENTEN)
    policy, count = Policy(), region.secret["count"].to_numpy()
    found = total = 0
    for leak in seeded_leaks(region.published.rows, count, policy.threshold, seed, each):
        report = audit(leak.published, region.secret, policy, earlier=leak.earlier)
        found += any(finding.cell.endswith(leak.cell) for finding in report.findings)
        total += 1
    return found, total


def figures(room: Room) -> Iterator[Measured]:
    """Yields the figures of the trial, and of the gate on what is served."""
    yield from trial(SEEDS, LEAKS)
    yield from served(get_settings().publish_dir)


def trial(seeds: int, leaks: int) -> Iterator[Measured]:
    """The figures of the trial over `seeds` regions and about `leaks` leaks."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        reports: list[Report] = []
        seconds, recovered = [], []
        for seed in range(seeds):
            region = run_trial(seed, folder)
            report = audit(region.published, region.secret, Policy(), partners=region.partners)
            reports.append(report)
            seconds.append(region.seconds + report.seconds)
            if seed == 0:
                naive = audit(region.primary_only, region.secret, Policy())
                recovered.append(len(naive.findings) / naive.hidden)
        found, total, round_ = 0, 0, 0
        while total < leaks:
            new, made = leaks_found(round_, folder, each=3)
            found, total, round_ = found + new, total + made, round_ + 1
    outside = sum(len(report.of(insider=False)) for report in reports)
    inside = sum(len(report.of(insider=True)) for report in reports)
    worst = {
        level: max(report.hidden_share[level] for report in reports) for level in reports[0].hidden_share
    }
    yield "audited_seeds", seeds, None
    yield "cells_per_seed", min(report.cells for report in reports), None
    yield "violations", outside, None
    yield "insider_violations", inside, None
    yield "primary_only_recovered", float(np.mean(recovered)), None
    yield "leaks_seeded", total, None
    yield "leaks_found", found / total, None
    for level in ("gemeente", "wijk", "buurt"):
        yield f"hidden_share_{level}", worst[level], _CHOSEN.get(level)
    yield "protect_audit_s", max(seconds), _CHOSEN_S


def served(publish_dir: Path) -> Iterator[Measured]:
    """The figures of the gate that let the served publication pass; none where nothing is served."""
    try:
        verdict = publication.current(publish_dir).manifest.get("gates", {}).get("disclosure")
    except DataProblem:
        return
    if not verdict:
        return
    yield "served_partner_cells", verdict["cells"], None
    yield "served_violations", verdict["findings"] - verdict["insider_findings"], None
    yield "served_insider_violations", verdict["insider_findings"], None
    for level in ("gemeente", "wijk"):
        yield f"served_hidden_share_{level}", verdict["hidden_share"].get(level, 0.0), None
    yield "served_gate_s", verdict["seconds"], None
