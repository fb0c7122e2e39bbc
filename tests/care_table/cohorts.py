"""Drawn trajectories as a cohort without the files between: what staging makes of them, for who needs many of them fast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.care.staged import Cohort
from ml.trajectories.draw import NONE, ORIGINS, Trajectories
from ml.trajectories.files import ORIGIN_WORDS, pseudonyms
from ml.trajectories.world import YEARS


def cohort_of(drawn: Trajectories) -> Cohort:
    """The cohort that training sees."""
    clients = drawn.clients
    client, step = np.nonzero(drawn.kind != NONE)
    return Cohort(
        pseudonyms(drawn), np.array([f"SYNG{number:06d}" for number in clients.family]), np.floor(clients.age),
        np.where(clients.is_girl, "v", "m"), np.array([ORIGIN_WORDS[name] for name in ORIGINS])[clients.origin],
        np.array([f"S{number + 1}" for number in clients.district]), np.array(YEARS)[clients.year],
        clients.answer.astype(np.float32), client, drawn.kind[client, step], drawn.start_day[client, step],
    )  # fmt: skip


def truth_of(drawn: Trajectories) -> NDArray[np.float32]:
    """The true probabilities of every choice after a first step, in the order of `choices_of`."""
    client, step = np.nonzero(drawn.kind != NONE)
    return np.asarray(drawn.probability[client[step > 0], step[step > 0]])
