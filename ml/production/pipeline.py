"""The steps of the risk model in the house, each done only when what it is made from has changed. Imports nothing heavy itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from datawerkplaats.base.processes import end_with_parent
from datawerkplaats.base.settings import Settings
from datawerkplaats.loading.snapshot import ABSENT
from ml.base.problems import DataProblem
from ml.base.risk_models import risk_models
from ml.production import staged
from ml.production.paths import (
    PANEL,
    delivery,
    key_of,
    known_state,
    models_dir,
    panel_file,
    panel_folder,
    read_json,
    snapshot_id,
    staging_hash,
    tables_dir,
    write_json,
    write_tables,
)

Tell = Callable[[str], None]
# Small matrices: more threads only wait for each other (42 s instead of 1.5 s for one fit on a busy machine).
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def is_present(settings: Settings) -> bool:
    """Whether there is a panel to learn from."""
    return snapshot_id(settings, PANEL) != ABSENT and panel_folder(settings).exists()


def learn(settings: Settings, model_id: str) -> dict[str, Any]:
    """One design trained, judged and registered; see `training.learn`. The same data train only once.

    Raises:
        DataProblem: If the panel or the design is not right; the champion stays in place.
    """
    if known := known_state(settings, model_id):
        return known  # without what training imports: that takes longer than all the rest of the step
    with one_thread():
        from ml.production import training

        return training.learn(settings, model_id)


def deliver(settings: Settings) -> int:
    """The number of area estimates delivered, with the tables of the models beside them; nothing without a panel.

    Raises:
        DataProblem: If the population or the panel is not right; the earlier delivery stays in place.
    """
    if not is_present(settings):
        delivery(settings).unlink(missing_ok=True)
        write_tables(settings, {})
        staged.forget(settings)
        return 0
    path, key = _delivered(settings), _delivery_key(settings)
    kept = read_json(path)
    if kept and kept["key"] == key and (delivery(settings).exists() or not kept["areas"]):
        return int(kept["areas"])
    with one_thread():
        from ml.production.area_estimates import score, write_delivery
        from ml.production.model_tables import tables_of_models

        areas = score(settings, staged.read(settings))
        write_delivery(settings, areas)
        write_tables(settings, tables_of_models(settings, areas))
    write_json(path, {"key": key, "areas": len(areas)})
    return len(areas)


def run(settings: Settings, tell: Tell) -> DataProblem | None:
    """Everything, on all cores; what went wrong, after which released models and the earlier delivery are still there."""
    try:
        if is_present(settings):
            staged.stage(settings)
            waiting = [
                model_id
                for model_id in risk_models(settings.catalogue_dir)
                if not known_state(settings, model_id)
            ]
            for _, state in learn_each(settings, waiting):
                if isinstance(state, DataProblem):
                    raise state
                tell(line_of(state))
        deliver(settings)
    except DataProblem as problem:
        return problem
    return None


def is_current(settings: Settings) -> bool:
    """Whether every step was done on what is there now, or was refused on the very same."""
    if not is_present(settings):
        return not delivery(settings).exists() and not panel_file(settings).exists()
    refused = read_json(_refusals(settings)) or {"key": "", "problems": {}}
    if refused["problems"]:
        return bool(refused["key"] == _refusal_key(settings))
    kept = read_json(_delivered(settings))
    return (
        staged.is_staged(settings)
        and all(known_state(settings, model_id) for model_id in risk_models(settings.catalogue_dir))
        and bool(kept and kept["key"] == _delivery_key(settings))
        and (delivery(settings).exists() or not kept["areas"])
    )


def remember(settings: Settings, step: str, problem: DataProblem | None) -> None:
    """Keep why a step was refused, so that the delivery can tell it; None where the step went well."""
    kept = read_json(_refusals(settings)) or {"problems": {}}
    problems = {name: told for name, told in kept["problems"].items() if name != step}
    if problem:
        problems[step] = {part: getattr(problem, part) for part in staged.PARTS}
    write_json(_refusals(settings), {"key": _refusal_key(settings), "problems": problems})


def refused(settings: Settings) -> DataProblem | None:
    """Why the first step that did not go well was refused; None if all of them went well."""
    kept = read_json(_refusals(settings)) or {"problems": {}}
    return next((DataProblem(**told) for told in kept["problems"].values()), None)


def _refusals(settings: Settings) -> Path:
    return tables_dir(settings).parent / "refused.json"


def _refusal_key(settings: Settings) -> str:
    return key_of(settings, risk_models(settings.catalogue_dir).values(), staging_hash())


def _delivered(settings: Settings) -> Path:
    return tables_dir(settings).parent / "delivered.json"


def _delivery_key(settings: Settings) -> str:
    """What decides the delivery: panel, population, code, and the state of every model."""
    models, states = risk_models(settings.catalogue_dir), ("champion", "last")
    told = [models_dir(settings) / model_id / f"{state}.json" for state in states for model_id in models]
    return key_of(settings, models.values(), *(str(read_json(path)) for path in told))


def learn_each(
    settings: Settings, model_ids: list[str]
) -> Iterator[tuple[str, dict[str, Any] | DataProblem]]:
    """Per design what training came to, or why it was refused; the ones that were not yet trained on all cores."""
    waiting = [model_id for model_id in model_ids if not known_state(settings, model_id)]
    alone = waiting if settings.cores < 2 or len(waiting) == 1 else []
    for model_id in [*(name for name in model_ids if name not in waiting), *alone]:
        yield model_id, _learned(settings, model_id)
    if waiting and not alone:
        yield from _side_by_side(settings, waiting)


def _learned(settings: Settings, model_id: str) -> dict[str, Any] | DataProblem:
    try:
        return learn(settings, model_id)
    except DataProblem as problem:
        return problem


def _side_by_side(
    settings: Settings, waiting: list[str]
) -> Iterator[tuple[str, dict[str, Any] | DataProblem]]:
    import multiprocessing

    # The largest first, so that no core waits long for the other at the end: most participants are adults.
    models = risk_models(settings.catalogue_dir)
    order = sorted(waiting, key=lambda model_id: -models[model_id].population.age[1])
    told: set[str] = set()
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        with ProcessPoolExecutor(
            min(settings.cores, len(order)),
            mp_context=multiprocessing.get_context("spawn"),
            initializer=end_with_parent,
        ) as pool:
            made = pool.map(_learn_or_problem, [settings] * len(order), order)
            for model_id, (state, problem) in zip(order, made, strict=True):
                told.add(model_id)
                yield model_id, DataProblem(**problem) if problem else state
    except BrokenProcessPool:
        # A process that could not start or was stopped, for want of memory perhaps: what is registered by now counts.
        yield from ((name, _learned(settings, name)) for name in order if name not in told)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)


def _learn_or_problem(settings: Settings, model_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What training came to, and the parts of the problem if there was one: a problem itself does not travel between
    processes.
    """
    try:
        return learn(settings, model_id), {}
    except DataProblem as problem:
        return {}, {part: getattr(problem, part) for part in staged.PARTS}


def line_of(state: dict[str, Any]) -> str:
    """What training came to, for people."""
    gate = "gate open" if not state["failures"] else f"gate closed: {'; '.join(state['failures'])}"
    return f"{state['model_id']}: AUROC {state['auroc']:.3f}, slope {state['calibration_slope']:.2f}, {gate}"


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep linear algebra on one thread inside."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
