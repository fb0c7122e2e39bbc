"""Deliveries of one partner, one after the other: each is the one before with a change that a seed chose."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datawerkplaats import publication
from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.settings import Settings
from orchestration.ahead import FACT, KEY, SAID, Ahead

SOURCE = "partner_youth_care"
# By their place in a row: pseudonym, year, area_code, sex, age_band, provider, care_type.
YEAR, AREA, SEX, AGE, PROVIDER = 1, 2, 3, 4, 5
AGES = ("0-11", "12-14", "15-17", "18-24")
Rows = list[list[str]]
Said = dict[tuple[Any, ...], tuple[Any, ...]]


def read(path: Path) -> tuple[str, Rows]:
    """The heading and the rows of a delivered file."""
    heading, *lines = path.read_text(encoding="utf-8").splitlines()
    return heading, [line.split(";") for line in lines]


def content(heading: str, rows: Rows) -> bytes:
    """A delivery as it is handed in."""
    return "".join(f"{line}\n" for line in [heading, *(";".join(row) for row in rows)]).encode()


def changed(rows: Rows, seed: int) -> Rows:
    """The rows with one kind of change."""
    chance = random.Random(seed)
    return list(_CHANGES.values())[seed % len(_CHANGES)]([list(row) for row in rows], chance)


def pseudonym(chance: random.Random) -> str:
    """Of somebody who was not there before."""
    return f"{chance.getrandbits(96):024x}"


def _some_left(rows: Rows, chance: random.Random) -> Rows:
    return [row for row in rows if chance.random() > 0.03]


def _some_came(rows: Rows, chance: random.Random) -> Rows:
    new = [[pseudonym(chance), *chance.choice(rows)[1:]] for _ in range(chance.randint(20, 150))]
    return rows + new


def _a_wijk_grew(rows: Rows, chance: random.Random) -> Rows:
    area = chance.choice(sorted({row[AREA] for row in rows if row[AREA].startswith("WK")}))
    mine = [row for row in rows if row[AREA] == area]
    return rows + [[pseudonym(chance), *chance.choice(mine)[1:]] for _ in range(chance.randint(5, 60))]


def _some_moved(rows: Rows, chance: random.Random) -> Rows:
    areas = sorted({row[AREA] for row in rows if row[AREA].startswith("WK")})
    for row in chance.sample(rows, len(rows) // 40):
        row[AREA] = chance.choice(areas)
    return rows


def _some_corrected(rows: Rows, chance: random.Random) -> Rows:
    for row in chance.sample(rows, len(rows) // 50):
        row[SEX], row[AGE], row[PROVIDER] = chance.choice("mv"), chance.choice(AGES), chance.choice("abc")
    return rows


def _areas_forgotten(rows: Rows, chance: random.Random) -> Rows:
    for row in chance.sample(rows, 12):
        row[AREA] = ""
    return rows


def _a_year_more(rows: Rows, chance: random.Random) -> Rows:
    newest = max(int(row[YEAR]) for row in rows)
    if newest >= 2025:
        return _some_came(rows, chance)
    of_it = [row for row in rows if row[YEAR] == str(newest)]
    return rows + [[pseudonym(chance), str(newest + 1), *row[2:]] for row in of_it if chance.random() > 0.1]


_CHANGES: dict[str, Callable[[Rows, random.Random], Rows]] = {
    "some left": _some_left,
    "some came": _some_came,
    "a year more": _a_year_more,
    "a wijk grew": _a_wijk_grew,
    "some moved": _some_moved,
    "some corrected": _some_corrected,
    "areas forgotten": _areas_forgotten,
    "the same": lambda rows, _: rows,
}  # fmt: skip


def served(settings: Settings) -> Said:
    """Per cell of the partner what the release that is served says."""
    one = publication.current(settings.publish_dir)
    assert one
    with connect_read_only(one.path) as con:
        rows = con.execute(
            f"select {', '.join((*KEY, *SAID))} from core.{FACT} where source_id = ?", [SOURCE]
        ).fetchall()
    return {row[: len(KEY)]: row[len(KEY) :] for row in rows}


def foretold(before: Said, ahead: Ahead) -> Said:
    """What the next release says, by a look ahead."""
    after = dict(before)
    for cell in ahead.cells:
        key = tuple(cell[name] for name in KEY)
        if cell["is_there"]:
            after[key] = tuple(cell[f"{name}_after"] for name in SAID)
        else:
            del after[key]
    return after


def wrong(one: Said, other: Said) -> list[tuple[Any, ...]]:
    """The cells of which two say different things."""
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
