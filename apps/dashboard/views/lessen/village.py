"""A made-up village, a synthetic copy of it, and an auditor who tries to recognise people in the copy.

The auditor knows everything of a person but one secret, looks for that person in the copy and believes what stands there. How
often this is right is held against people who were never in the data: what it gains on them comes from the copy alone.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

PEOPLE = 40
# What a neighbour knows of somebody, and what nobody should learn: the last one.
FIELDS = ("age", "sex", "household", "street", "secret")
_AGES, _SEXES, _HOUSEHOLDS = ("16-29", "30-44", "45-64", "65+"), ("m", "f"), ("single", "couple", "children")
_STREETS = ("north", "east", "south", "west", "canal", "mill")
Person = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Played:
    """What the auditor found: of those in the data and of strangers, how many secrets it had right, of how many."""

    right: int
    strangers_right: int
    people: int

    @property
    def gained(self) -> int:
        """How many more people were given away than by guessing."""
        return max(0, self.right - self.strangers_right)


def drawn(seed: int) -> list[Person]:
    """A made-up village; the same seed gives the same people."""
    draw = random.Random(seed)
    return [
        (
            draw.choice(_AGES), draw.choice(_SEXES), draw.choice(_HOUSEHOLDS), draw.choice(_STREETS),
            "yes" if draw.random() < 0.3 else "no",
        )
        for _ in range(PEOPLE)
    ]  # fmt: skip


def copied(people: list[Person], likeness: int, seed: int) -> list[Person]:
    """A synthetic village: each row is with `likeness` per cent chance that of a real person, else each of its fields is drawn
    from the whole village by itself.
    """
    draw = random.Random(seed * 1000 + likeness)
    columns = list(zip(*people, strict=True))
    made: list[Person] = []
    for person in people:
        if draw.random() * 100 < likeness:
            made.append(person)
        else:
            age, sex, household, street, secret = (draw.choice(column) for column in columns)
            made.append((age, sex, household, street, secret))
    draw.shuffle(made)
    return made


def is_real(row: Person, people: list[Person]) -> bool:
    """Whether a row of the copy is a person of the village, secret and all."""
    return row in people


def audited(people: list[Person], copy: list[Person], seed: int) -> Played:
    """The auditor's game, with all people at once and with as many strangers."""
    strangers = drawn(seed + 7919)
    return Played(
        sum(_believed(one, copy) == one[-1] for one in people),
        sum(_believed(one, copy) == one[-1] for one in strangers),
        len(people),
    )


def _believed(person: Person, copy: list[Person]) -> str:
    """The secret of the rows that are most like somebody: of the most of them, and without any the usual one."""
    known = person[:-1]
    alike = [sum(a == b for a, b in zip(known, row, strict=False)) for row in copy]
    nearest = [row[-1] for row, found in zip(copy, alike, strict=True) if found == max(alike)]
    return Counter(nearest).most_common(1)[0][0]
