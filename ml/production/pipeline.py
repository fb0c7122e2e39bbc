"""The steps of the risk model in the house, each done only when what it is made from has changed. Imports nothing heavy itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from datawerkplaats.base.settings import Settings
from datawerkplaats.loading.snapshot import ABSENT
from ml.base.problems import DataProblem
from ml.base.risk_models import risk_model, risk_models
from ml.production import staged
from ml.production.paths import (
    PANEL,
    delivery,
    key_of,
    models_dir,
    panel_folder,
    read_json,
    snapshot_id,
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
    """One design trained, judged and registered; see `training.learn`.

    Raises:
        DataProblem: If the panel or the design is not right; the champion stays in place.
    """
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
    path, models = tables_dir(settings).parent / "delivered.json", risk_models(settings.catalogue_dir)
    pointers = [str(read_json(models_dir(settings) / model_id / "champion.json")) for model_id in models]
    states = [str(read_json(models_dir(settings) / model_id / "last.json")) for model_id in models]
    key = key_of(settings, models.values(), *pointers, *states)
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
                if not _is_known(settings, model_id)
            ]
            for line in _learn_all(settings, waiting):
                tell(line)
        deliver(settings)
    except DataProblem as problem:
        return problem
    return None


def _is_known(settings: Settings, model_id: str) -> bool:
    kept = read_json(models_dir(settings) / model_id / "last.json")
    return bool(kept and kept["key"] == key_of(settings, [risk_model(settings.catalogue_dir, model_id)]))


def _learn_all(settings: Settings, waiting: list[str]) -> Iterator[str]:
    """One line per design that was trained."""
    if not waiting:
        return
    if settings.cores < 2 or len(waiting) == 1:
        yield from (line_of(learn(settings, model_id)) for model_id in waiting)
        return
    import multiprocessing

    # The largest first, so that no core waits long for the other at the end: most participants are adults.
    models = risk_models(settings.catalogue_dir)
    order = sorted(waiting, key=lambda model_id: -models[model_id].population.age[1])
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        with ProcessPoolExecutor(
            min(settings.cores, len(order)), mp_context=multiprocessing.get_context("spawn")
        ) as pool:
            for state, problem in pool.map(_learn_or_problem, [settings] * len(order), order):
                if problem:
                    raise DataProblem(**problem)
                yield line_of(state)
    except BrokenProcessPool:
        # A process that could not start or was stopped, for want of memory perhaps: what is registered by now counts.
        yield from (line_of(learn(settings, name)) for name in order if not _is_known(settings, name))
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
        parts = ("code", "subject", "where", "expected", "found", "remedy")
        return {}, {part: getattr(problem, part) for part in parts}


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
