"""The trial of protection and auditor: simulated regions protected, attacked and leaked into, as lines of
JSON.

`python -m data_quality.audit --seeds 20` protects a region per seed, writes what would be published, and lets
the auditor attack the file as an outsider and as each partner; then it seeds leaks and counts how many are
found. Last come the figures of the gate on what is served, if anything is. Exit code 1 if a goal is not met.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from data_quality.auditor import Policy, Published, Report, audit, read_published
from data_quality.auditor.mutations import seeded_leaks
from datawerkplaats import disclosure, publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings

_LEAK_GEMEENTEN = 3
_MEASURED = {"hidden_share_wijk": 0.046, "hidden_share_buurt": 0.47, "protect_audit_s": 4.3 + 1.9}


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
    trial = run_trial(10_000 + seed, folder, gemeenten=_LEAK_GEMEENTEN)
    policy, count = Policy(), trial.secret["count"].to_numpy()
    found = total = 0
    for leak in seeded_leaks(trial.published.rows, count, policy.threshold, seed, each):
        report = audit(leak.published, trial.secret, policy, earlier=leak.earlier)
        found += any(finding.cell.endswith(leak.cell) for finding in report.findings)
        total += 1
    return found, total


def line(name: str, value: float, unit: str, goal: str, met: bool) -> str:
    """One result in the form of the benchmarks, beside what was measured when the method was chosen."""
    compared = _MEASURED.get(name)
    return json.dumps(
        {
            "name": name,
            "value": round(float(value), 4),
            "unit": unit,
            "compared_with": compared,
            "ratio": round(float(value) / compared, 3) if compared else None,
            "goal": goal,
            "met": bool(met),
        }
    )


def results(seeds: int, leaks: int) -> Iterator[str]:
    """The lines of the trial over `seeds` regions and about `leaks` leaks."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        reports: list[Report] = []
        seconds, recovered = [], []
        for seed in range(seeds):
            trial = run_trial(seed, folder)
            report = audit(trial.published, trial.secret, Policy(), partners=trial.partners)
            reports.append(report)
            seconds.append(trial.seconds + report.seconds)
            if seed == 0:
                naive = audit(trial.primary_only, trial.secret, Policy())
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
    smallest = min(report.cells for report in reports)
    yield line("audited_seeds", seeds, "regions", ">= 20 for acceptance", True)
    yield line("cells_per_seed", smallest, "cells", ">= 8000", smallest >= 8_000)
    yield line("violations", outside, "cells", "0", outside == 0)
    yield line("insider_violations", inside, "cells", "0", inside == 0)
    yield line(
        "primary_only_recovered", np.mean(recovered), "share", "> 0: the same audit fails", recovered[0] > 0
    )
    yield line("mutants", total, "leaks", f">= {leaks}", total >= leaks)
    yield line("mutants_found", found / total, "share", "1", found == total)
    yield line("hidden_share_gemeente", worst["gemeente"], "share, worst seed", "0", worst["gemeente"] == 0)
    yield line("hidden_share_wijk", worst["wijk"], "share, worst seed", "<= 0.05", worst["wijk"] <= 0.05)
    yield line("hidden_share_buurt", worst["buurt"], "share, worst seed", "none", True)
    yield line("protect_audit_s", max(seconds), "s per region, worst seed", "<= 60", max(seconds) <= 60)


def served(publish_dir: Path) -> Iterator[str]:
    """The lines of the gate that let the served publication pass; none where nothing is served."""
    try:
        verdict = publication.current(publish_dir).manifest.get("gates", {}).get("disclosure")
    except DataProblem:
        return
    if not verdict:
        return
    found, inside = verdict["findings"], verdict["insider_findings"]
    hidden, took = verdict["hidden_share"], verdict["seconds"]
    yield line("served_partner_cells", verdict["cells"], "cells", "none", True)
    yield line("served_violations", found - inside, "cells", "0", found == inside)
    yield line("served_insider_violations", inside, "cells", "0", inside == 0)
    for level, goal in (("gemeente", 0.0), ("wijk", 0.05)):
        share = hidden.get(level, 0.0)
        text = f"<= {goal}" if goal else "0"
        yield line(f"served_hidden_share_{level}", share, "share", text, share <= goal)
    yield line("served_gate_s", took, "s", "<= 15", took <= 15)


def main(arguments: list[str] | None = None) -> int:
    """Print the results; 1 if a goal is not met, else 0."""
    parser = argparse.ArgumentParser(description="Protect, publish and attack simulated regions.")
    parser.add_argument("--seeds", type=int, default=20, help="how many regions to protect and attack")
    parser.add_argument("--leaks", type=int, default=50, help="how many leaks to seed at least")
    options = parser.parse_args(arguments)
    met = True
    for text in chain(results(options.seeds, options.leaks), served(get_settings().publish_dir)):
        print(text, flush=True)
        met = met and json.loads(text)["met"]
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
