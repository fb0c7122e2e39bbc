"""Handing in a delivery on the page, from the first byte to the decision: bytes and log are kept in step.

What reads a delivery, or works out what it would change, is a process of its own; here only its verdict comes back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from datawerkplaats.base.build_lock import is_held
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.partners import deliveries as kept
from datawerkplaats.partners import quarantine
from datawerkplaats.workplace import deliveries
from datawerkplaats.workplace.deliveries import Delivery
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store, new_id

# Longer than reading itself may take: what it was ended for, it tells.
_GRACE_S = 60.0
_PASSED_ON = (
    "source", "files", "region", "data_dir", "catalogue_dir", "keys_dir", "seed", "cores", "delivery_mb", "read_memory_mb",
    "read_file_mb", "read_seconds",
)  # fmt: skip
Ask = Callable[[Settings, str, str, str], dict[str, Any]]


def in_a_process(settings: Settings, command: str, source_id: str, delivery_id: str) -> dict[str, Any]:
    """What `orchestration.delivery` tells.

    Raises:
        DataProblem: What it could not do, or that it was ended.
    """
    told = {name: getattr(settings, name) for name in _PASSED_ON}
    environment = {f"DWP_{name.upper()}": str(value) for name, value in told.items() if value is not None}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.delivery", command, source_id, delivery_id],
            cwd=PROJECT_ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=settings.read_seconds + _GRACE_S, check=True,
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        raise DataProblem(
            "effect_impossible" if command == "effect" else "unreadable_file",
            subject=source_id,
            expected="an answer of the process that looks at it",
            found=type(error).__name__,
            remedy="try again; if it stays, tell who looks after the workplace",
        ) from error
    if problem := answer.get("problem"):
        raise kept.problem_of(problem)
    return answer


@dataclass(frozen=True)
class HandedIn:
    """What came of handing in."""

    delivery: Delivery
    problems: list[DataProblem]


@needs(Right.DELIVER)
def hand_in(
    store: Store,
    subject: Subject,
    /,
    settings: Settings,
    source: Source,
    form: str,
    pieces: Iterable[bytes],
    ask: Ask = in_a_process,
) -> HandedIn:
    """Put a file in quarantine and have the door look at it; of one that is refused no byte stays.

    Args:
        store: The store.
        subject: Who hands it in.
        settings: Where the private folder is, and what a file may take.
        source: Which source it is said to be of.
        form: The end of its name, such as .csv.
        pieces: Its bytes.
        ask: Looks at it.

    Raises:
        DataProblem: If it may not be handed in, is too large or empty, or another one waits.
    """
    deliveries.check_organisation(store, subject, source.source_id, source.handed_in_by)
    quarantine.clear(settings, deliveries.waiting(store, subject), time.time())
    delivery_id = new_id()
    received = quarantine.keep(source, settings, delivery_id, form, pieces)
    try:
        one = deliveries.receive(
            store, subject, source.source_id, received.sha256, received.bytes, delivery_id=delivery_id, by=source.handed_in_by
        )  # fmt: skip
    except BaseException:
        quarantine.remove(settings, delivery_id)
        raise
    try:
        told = ask(settings, "check", source.source_id, delivery_id)
        problems = [kept.problem_of(fields) for fields in told["problems"]]
        rows, years = told["rows"], [int(year) for year in told["years"]]
    except DataProblem as problem:
        problems, rows, years = [problem], None, []
    if problems:
        quarantine.remove(settings, delivery_id)
    return HandedIn(deliveries.judge(store, subject, one, problems, rows, years), problems)


@needs(Right.DELIVER)
def effect(
    store: Store, subject: Subject, /, settings: Settings, one: Delivery, ask: Ask = in_a_process
) -> int:
    """Work out what a delivery would change; how many looks at its source are left today. `effect_of` has it afterwards.

    Raises:
        DataProblem: `effect_tries`, `effect_busy` while a build runs (which takes no try), or why it cannot be worked out.
    """
    if is_held(settings.data_dir):
        raise DataProblem(
            "effect_busy", subject="build", found="another build is running", remedy="ask again when it is done"
        )  # fmt: skip
    left = deliveries.use_try(store, subject, one, settings.effect_tries)
    told = ask(settings, "effect", one.source_id, one.id)
    deliveries.note_effect(store, subject, one, {"numbers": told["numbers"], "held": told["held"]})
    return left


@needs(Right.DELIVER)
def effect_of(store: Store, subject: Subject, /, settings: Settings, one: Delivery) -> dict[str, Any] | None:
    """What was worked out of a delivery that one may see; None where nothing was."""
    deliveries.may_see(store, subject, one)
    return kept.effect_of(settings, one.id)


@needs(Right.APPROVE)
def accept(store: Store, subject: Subject, /, settings: Settings, source: Source, one: Delivery) -> None:
    """Let the next build load it, in the place of what was delivered before."""
    deliveries.accept(store, subject, one, lambda: quarantine.accept(source, settings, one.id, one.sha256))


@needs(Right.APPROVE)
def reject(store: Store, subject: Subject, /, settings: Settings, one: Delivery, reason: str) -> None:
    """Say no, and why; no byte of it stays."""
    deliveries.reject(store, subject, one, reason, lambda: quarantine.remove(settings, one.id))


@needs(Right.DELIVER)
def withdraw(store: Store, subject: Subject, /, settings: Settings, one: Delivery) -> None:
    """Take it back; no byte of it stays."""
    deliveries.withdraw(store, subject, one, lambda: quarantine.remove(settings, one.id))
