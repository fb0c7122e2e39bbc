"""Trajectories as the files of a youth-care administration: clienten, beschikkingen, trajecten (iJw); the truth apart."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from datawerkplaats.base.files import write_text, written
from datawerkplaats.catalogue.care import END, care_kinds
from ml.trajectories.draw import NONE, ORIGINS, Trajectories
from ml.trajectories.world import YEARS

LABEL = "SYNTHETISCH: gemaakt door een programma; geen enkele rij beschrijft een persoon."
CLIENTS, ORDERS, COURSES = "clienten.csv", "beschikkingen.csv", "trajecten.csv"
ORIGIN_WORDS = dict(zip(ORIGINS, ("nederland", "europa", "buiten_europa"), strict=True))
WITHOUT_ORDER = "00"  # product category of care that needs no beschikking
# Reasons of a stop message (JW307): care that goes on elsewhere, care that is complete, and nothing while it lasts.
GOES_ON, COMPLETE = "overdracht", "volgens_plan"


def write_trajectories(drawn: Trajectories, folder: Path, answers: Path | None = None) -> None:
    """Everything a user gets in `folder`; the truth in `answers`, when asked for.

    Raises:
        ValueError: If the answers would lie inside the folder that training reads.
    """
    if answers is not None and (answers == folder or folder in answers.parents):
        raise ValueError("the answers must not lie in the folder that training reads")
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "LABEL.txt", f"{LABEL}\n")
    names = pseudonyms(drawn)
    intake = _intake_days(drawn)
    _write(folder / CLIENTS, _clients(drawn, names, intake))
    orders, courses = _courses(drawn, names, intake)
    _write(folder / ORDERS, orders)
    _write(folder / COURSES, courses)
    if answers is not None:
        _write_truth(drawn, answers, names)


def pseudonyms(drawn: Trajectories) -> NDArray[np.str_]:
    """Pseudonyms; multiplying by an odd number permutes 32-bit numbers, so they are unique."""
    numbers = (np.arange(len(drawn.clients.age), dtype=np.uint64) * 2_654_435_761 + 97) & 0xFFFFFFFF
    return np.array([f"SYN{value:08X}" for value in numbers])


def _intake_days(drawn: Trajectories) -> NDArray[np.datetime64]:
    rng = np.random.default_rng([drawn.world.dials.seed, 405])
    first = np.array([np.datetime64(f"{year}-01-01") for year in YEARS])[drawn.clients.year]
    return np.asarray(first + rng.integers(0, 365, len(first)), dtype="datetime64[D]")


def _clients(
    drawn: Trajectories, names: NDArray[np.str_], intake: NDArray[np.datetime64]
) -> dict[str, object]:
    clients = drawn.clients
    year = intake.astype("datetime64[Y]").astype(int) + 1970
    columns: dict[str, object] = {
        "pseudoniem": names,
        "gezin": np.array([f"SYNG{number:06d}" for number in clients.family]),
        "geboortejaar": year - np.floor(clients.age).astype(int),
        "geslacht": np.where(clients.is_girl, "v", "m"),
        "herkomst": np.array([ORIGIN_WORDS[name] for name in ORIGINS])[clients.origin],
        "stadsdeel": np.array([f"S{number + 1}" for number in clients.district]),
        "intakedatum": intake.astype(str),
    }
    for position, factor in enumerate(drawn.world.factors):
        words = np.array(["N", "J", ""] if factor.kind == "yes_no" else ["0", "1", "2", "3", ""])
        answer = clients.answer[:, position]
        columns[factor.id] = words[
            np.where(np.isnan(answer), len(words) - 1, np.nan_to_num(answer)).astype(int)
        ]
    return columns


def _courses(
    drawn: Trajectories, names: NDArray[np.str_], intake: NDArray[np.datetime64]
) -> tuple[dict[str, object], dict[str, object]]:
    """Orders and courses, one line per step; the end of care is a reason to stop and no line of its own."""
    ended = drawn.world.kinds.index(END)
    client, step = np.nonzero((drawn.kind != NONE) & (drawn.kind != ended))
    kind = drawn.kind[client, step]
    following = np.append(drawn.kind, np.full((len(drawn.kind), 1), NONE), axis=1)[client, step + 1]
    product = np.array([one.product for one in care_kinds().kinds])[kind]
    start, stop = intake[client] + drawn.start_day[client, step], intake[client] + drawn.end_day[client, step]
    number = np.arange(len(client))
    is_ordered = np.char.startswith(product, WITHOUT_ORDER) == False  # noqa: E712
    order = np.where(is_ordered, np.char.add("B", np.char.zfill(number.astype(str), 7)), "")
    rows = np.flatnonzero(is_ordered)
    orders: dict[str, object] = {
        "beschikkingnummer": order[rows],
        "pseudoniem": names[client[rows]],
        "productcategorie": np.array([code[:2] for code in product[rows]]),
        "productcode": product[rows],
        "afgiftedatum": (start[rows] - 7).astype(str),
        "ingangsdatum": start[rows].astype(str),
        "einddatum": stop[rows].astype(str),
    }
    courses: dict[str, object] = {
        "trajectnummer": np.char.add("T", np.char.zfill(number.astype(str), 7)),
        "beschikkingnummer": order,
        "pseudoniem": names[client],
        "productcode": product,
        "aanbieder": np.array([f"aanbieder_{letter}" for letter in "abcdef"])[(client + kind) % 6],
        "startdatum": start.astype(str),
        "stopdatum": np.where(following == NONE, "", stop.astype(str)),
        "reden_stop": np.where(following == NONE, "", np.where(following == ended, COMPLETE, GOES_ON)),
    }
    return orders, courses


def _write(path: Path, columns: dict[str, object]) -> None:
    options = pacsv.WriteOptions(delimiter=";", quoting_style="needed")
    with written(path) as unfinished:
        pacsv.write_csv(pa.table(columns), unfinished, options)


def _write_truth(drawn: Trajectories, folder: Path, names: NDArray[np.str_]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    client, step = np.nonzero(drawn.kind != NONE)
    columns: dict[str, object] = {"pseudoniem": names[client], "step": step}
    for position, kind in enumerate(drawn.world.kinds):
        columns[kind] = drawn.probability[client, step, position]
    with written(folder / "choices.parquet") as unfinished:
        pq.write_table(pa.table(columns), unfinished)
    write_text(
        folder / "dials.json", json.dumps({"label": LABEL, "dials": asdict(drawn.world.dials)}, indent=2)
    )
