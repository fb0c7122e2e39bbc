"""One command for one design: read, audit, train, report, fill the checklists, register.

`python -m ml.evaluation.one_design <design> --data <folder> --models <folder> [--approve <name>]`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datawerkplaats.base.files import write_text
from ml.audit.report import make_report
from ml.base.command import told
from ml.base.dataset import Dataset
from ml.base.design import CohortDesign, Design, load_design
from ml.base.feature_set import load_feature_set
from ml.cards.fill import model_card
from ml.cards.html import render
from ml.model.registry import champion, promote, register
from ml.model.train import train
from ml.panel_data.features import build_dataset
from ml.panel_data.staging import read_panel
from ml.panel_data.tables import build_table_dataset
from ml.production.promotion import gate


def dataset_of(design: Design, folder: Path, *, need_outcome: bool = True) -> Dataset:
    """The dataset of any design from its folder of files."""
    if isinstance(design, CohortDesign):
        features = load_feature_set(design.source.feature_set)
        return build_dataset(design, features, read_panel(folder, features), need_outcome=need_outcome)
    return build_table_dataset(design, folder)


def run_design(
    design: Design, folder: Path, models: Path, *, threads: int = 1, **report_options: int
) -> tuple[Path, dict[str, Any]]:
    """The registered run of a design: its folder and its report, with the model card inside."""
    run = train(design, dataset_of(design, folder), threads=threads)
    report = make_report(run, **report_options)
    report["card"] = model_card(run, report)
    home = register(run, models, report)
    write_text(home / "report.html", render(report, report["card"]))
    return home, report


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; every failure is one sentence."""
    parser = argparse.ArgumentParser(
        prog="ml.evaluation.one_design", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("design")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument(
        "--approve", default="", help="name of whoever releases the model, when every gate is open"
    )
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    return told(_done(given))


def _done(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    path = Path(given.design)
    design = load_design(path if path.suffix == ".yml" else given.design)
    home, report = run_design(design, given.data, given.models, threads=given.threads)
    pointer = champion(given.models, design.model_id)
    before = (
        json.loads((given.models / design.model_id / pointer["run_id"] / "report.json").read_bytes())
        if pointer
        else None
    )
    failures = [refusal.en for refusal in gate(report, before)]
    if given.approve:
        promote(given.models, design.model_id, home.name, approved_by=given.approve, failures=failures)
    yield {"run": str(home), "choice": report["choice"]["reason_en"], "gate": failures or "open"}


if __name__ == "__main__":
    sys.exit(main())
