"""Skill, calibration and utility, in worlds whose truth is known."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from ml.evaluation.figures import Line, Sizes, at_least, at_most, between, line
from ml.evaluation.trial import AGES
from ml.panel.risk import Scenario
from ml.panel.world import Dials

MODELS = ("founding", "logistic_splines", "glass_box", "boosting")


def trials(sizes: Sizes) -> Iterator[Line]:
    """Skill, calibration, utility and the founding figures, means over fresh worlds."""
    from ml.evaluation.trial import run_trial

    started, worked = time.perf_counter(), time.process_time()
    rows = [
        r
        for seed in sizes.worlds_from()
        for r in run_trial(Dials(seed=seed, ages=AGES), sizes.people, MODELS)
    ]
    yield from summarise(rows, f"{sizes.people}", skill=0.89, utility=0.78)
    yield at_most("ci_evaluation_minutes", (time.perf_counter() - started) / 60, 10, "minutes")
    yield line("ci_evaluation_processor_minutes", (time.process_time() - worked) / 60, "minutes of one core")


def scenarios(sizes: Sizes) -> Iterator[Line]:
    """The default model beside boosting where the truth is a plain sum, and where interactions rule."""
    from ml.evaluation.trial import run_trial

    models = ("glass_box", "boosting")
    shapes: tuple[Scenario, ...] = ("additive", "interaction")
    for people in (sizes.people, 167_000) if sizes.large else (sizes.people,):
        for shape in shapes:
            rows = [
                r
                for seed in sizes.worlds_from(2 if people == sizes.people else 1)
                for r in run_trial(Dials(seed=seed, ages=AGES, scenario=shape), people, models)
            ]
            mean = {m: float(np.mean([r["skill"] for r in rows if r["model"] == m])) for m in models}
            yield line(
                f"skill_{people}_{shape}",
                mean["glass_box"],
                "share of optimum",
                compared_with=mean["boosting"],
            )


def summarise(rows: list[dict[str, Any]], label: str, *, skill: float, utility: float) -> Iterator[Line]:
    """The lines of a set of trials, for the default model beside the founding one."""

    def mean(model: str, figure: str) -> float:
        return float(np.mean([r[figure] for r in rows if r["model"] == model]))

    ours, theirs = "glass_box", "founding"
    yield at_least(f"skill_{label}", mean(ours, "skill"), skill, "share of optimum", mean(theirs, "skill"))
    for model in ("logistic_splines", "boosting"):
        there = {r["world"] for r in rows if r["model"] == model}
        beside = float(np.mean([r["skill"] for r in rows if r["model"] == ours and r["world"] in there]))
        yield {
            **line(f"skill_{label}_{model}", mean(model, "skill"), "share of optimum", compared_with=beside),
            "worlds": len(there),
        }
    yield line(
        f"skill_{label}_worst_world", min(r["skill"] for r in rows if r["model"] == ours), "share of optimum"
    )
    yield between(f"calibration_slope_{label}", mean(ours, "slope"), 0.9, 1.1, "slope")
    yield line(f"calibration_slope_{label}_founding", mean(theirs, "slope"), "slope")
    yield at_most(
        f"calibration_in_the_large_{label}",
        abs(mean(ours, "in_the_large")),
        0.05,
        "log odds",
        abs(mean(theirs, "in_the_large")),
    )
    yield at_most(f"ici_{label}", mean(ours, "ici"), 0.01, "probability", mean(theirs, "ici"))
    yield at_least(
        f"net_benefit_share_10_{label}",
        mean(ours, "net_benefit_share_10"),
        utility,
        "share of attainable",
        mean(theirs, "net_benefit_share_10"),
    )
    yield line(
        f"net_benefit_share_20_{label}",
        mean(ours, "net_benefit_share_20"),
        "share of attainable",
        compared_with=mean(theirs, "net_benefit_share_20"),
    )
    reached, ceiling = mean(ours, "sensitivity_at_specificity_76"), mean(ours, "ceiling_at_specificity_76")
    yield {
        **line(
            f"founding_groups_at_once_{label}",
            reached,
            "sensitivity at a specificity above 0.76",
            compared_with=mean(theirs, "sensitivity_at_specificity_76"),
            goal="> 0.6",
            met=reached > 0.60,
        ),
        "specificity": round(mean(ours, "specificity_there"), 5),
        "threshold": round(mean(ours, "threshold_there"), 5),
        "worlds_above": sum(r["sensitivity_at_specificity_76"] > 0.60 for r in rows if r["model"] == ours),
    }
    yield line(
        f"founding_groups_at_once_{label}_ceiling",
        ceiling,
        "best sensitivity there from the answers of that wave alone",
        compared_with=reached,
    )
    yield at_least(f"roc_above_founding_{label}", mean(ours, "roc_above_founding"), 1.0, "share of the curve")
    yield {
        **at_least(
            f"subgroups_observed_expected_{label}",
            mean(ours, "subgroups_right"),
            1.0,
            "share of subgroups of 100 events within 0.9-1.1",
            mean(theirs, "subgroups_right"),
        ),
        "subgroups": mean(ours, "subgroups"),
        "worst_ratio": round(mean(ours, "subgroup_worst"), 4),
    }
    for model in (ours, "boosting"):
        yield line(
            f"training_processor_seconds_{label}_{model}",
            mean(model, "processor_seconds"),
            "seconds of one core",
        )


def large(sizes: Sizes) -> Iterator[Line]:
    """The same with 167,000 people; the dearest models in the first of the worlds only."""
    from ml.evaluation.trial import run_trial

    if sizes.large:
        rows = [
            r
            for position, seed in enumerate(sizes.worlds_from(sizes.large_worlds))
            for r in run_trial(
                Dials(seed=seed, ages=AGES),
                167_000,
                MODELS if position < sizes.compared_worlds else ("founding", "glass_box"),
            )
        ]
        yield from summarise(rows, "167000", skill=0.97, utility=0.93)
