"""The risk model by hand: `python -m ml.production status|train|approve|roll-back|drift`.

status                          which run of each model is released, which waits and why
train                           train what has changed; nothing is released by it
approve <model> --by <name>     release the last run of a model, if every gate is open and the region decided to
roll-back <model> --by <name>   put the champion before back in use
drift                           how far the panel has moved from what each champion learned from
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from datawerkplaats.base.build_lock import only_build
from datawerkplaats.base.settings import get_settings
from ml.base.command import told
from ml.base.risk_models import model_ids
from ml.model.registry import champion
from ml.production import pipeline, release
from ml.production.drift import measure_drift
from ml.production.paths import models_dir, read_json

_WRITES = ("train", "approve", "roll-back")


def main(arguments: list[str] | None = None) -> int:
    """0, or the exit code of the problem after one sentence on it."""
    known = model_ids(get_settings().catalogue_dir)
    parser = argparse.ArgumentParser(
        prog="ml.production", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=["status", "train", "approve", "roll-back", "drift"])
    parser.add_argument("model", nargs="?", choices=known)
    parser.add_argument("--by", default="", help="name of whoever decides")
    given = parser.parse_args(arguments)
    if given.task in ("approve", "roll-back") and not given.model:
        parser.error(f"{given.task} needs a model: {', '.join(known)}")
    return told(_in_turn(given.task, given.model, given.by))


def _in_turn(task: str, model_id: str, by: str) -> Iterator[dict[str, Any]]:
    # What writes waits its turn: a build may be training or releasing the same models.
    with only_build(get_settings().data_dir) if task in _WRITES else nullcontext():
        yield from _done(task, model_id, by)


def _done(task: str, model_id: str, by: str) -> list[dict[str, Any]]:
    settings = get_settings()
    folder, known = models_dir(settings), model_ids(settings.catalogue_dir)
    if task == "drift":
        return measure_drift(settings) if pipeline.is_present(settings) else []
    if task == "train" and (problem := pipeline.run(settings, lambda line: None)):
        raise problem
    if task == "approve":
        release.approve(settings, model_id, by)
    if task == "roll-back":
        release.back(settings, model_id, by)
    names = [model_id] if model_id else list(known)
    return [
        {"model_id": n, "released": champion(folder, n), "last": read_json(folder / n / "last.json")}
        for n in names
    ]


if __name__ == "__main__":
    sys.exit(main())
