"""The two impact assessments that are pre-filled with what the register holds: their points, and what each of them gets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from datawerkplaats.catalogue.models import Entry
from datawerkplaats.catalogue.reading import read_declared, validated
from datawerkplaats.governance.accounts import Answer
from datawerkplaats.governance.declarations import Governance, Question, Words

Name = Literal["iama", "dpia"]
NAMES: tuple[Name, ...] = ("iama", "dpia")
FILE = "assessments.yml"


class Topic(Words):
    """A topic of the IAMA, with how many questions it has."""

    number: str = Field(pattern=r"^\d[AB]?\.\d$")
    questions: int = Field(gt=0)


class Point(Words):
    """A point of the DPIA."""

    number: int = Field(gt=0)


class Iama(Entry):
    """The IAMA."""

    title: Words
    urn: str
    url: str
    topics: tuple[Topic, ...]


class Dpia(Entry):
    """The DPIA."""

    title: Words
    points: tuple[Point, ...]


class Assessments(Entry):
    """Both."""

    iama: Iama
    dpia: Dpia

    def title(self, name: Name) -> Words:
        """What an assessment is called."""
        return self.iama.title if name == "iama" else self.dpia.title

    def numbers(self, name: Name) -> dict[str, Words]:
        """Every number of an assessment, with the words of what it is about."""
        if name == "dpia":
            return {str(one.number): one for one in self.dpia.points}
        return {
            f"{one.number}.{count}": one for one in self.iama.topics for count in range(1, one.questions + 1)
        }


@cache
def load_assessments(catalogue_dir: Path) -> Assessments:
    """The declared assessments.

    Raises:
        DataProblem: If the file is missing or not right.
    """
    content = read_declared(catalogue_dir / "governance" / FILE, catalogue_dir, dict)
    return validated(Assessments, content, f"governance/{FILE}")


@dataclass(frozen=True)
class Filled:
    """One number of an assessment: what it is about, and the questions of the house with the answer that counts, if any."""

    number: str
    about: Words
    given: tuple[tuple[Question, Answer | None], ...]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to fill it in: nothing of the house answers it, or an answer does not count yet."""
        return not self.given or any(answer is None for _, answer in self.given)


def filled(
    declared: Assessments, name: Name, asked: Governance, kind: str, answers: dict[str, Answer]
) -> list[Filled]:
    """Every number of an assessment, as far as the answers of a system of a kind go."""
    questions = asked.of_kind(kind)
    return [
        Filled(
            number,
            about,
            tuple((one, answers.get(one.question_id)) for one in questions if number in _links(one, name)),
        )
        for number, about in declared.numbers(name).items()
    ]


def _links(question: Question, name: Name) -> tuple[str, ...]:
    return question.iama if name == "iama" else tuple(str(one) for one in question.dpia)
