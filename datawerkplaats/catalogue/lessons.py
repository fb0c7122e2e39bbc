"""Guided lessons on the house's own figures: what a learner reads, predicts, and then sees.

No number is written in a lesson: a text names a figure, as in `{here.value}`, and the page fills in what the release shows. So a
lesson cannot tell something that the figures no longer say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.dimensions import Entry, Identifier, Text
from datawerkplaats.catalogue.reading import parsed, problem

PLACE = re.compile(r"\{(\w+)\.(\w+)\}")
# What a text may say of a figure.
PARTS = ("value", "lower", "upper", "half", "rest", "area", "title", "year")
Minutes = Annotated[int, Field(ge=1, le=15)]


class AskedFigure(Entry):
    """A figure of the release: of an indicator in an area, or of what a model is worth."""

    indicator: Identifier | None = Field(None, description="Id of an indicator.")
    level: Literal["gemeente", "wijk", "ggd_region", "province", "country"] = Field(
        "gemeente", description="At which level the area is chosen."
    )
    which: Literal["here", "near", "widest"] = Field(
        "here",
        description="here: the area of the reader, or the first of the region; near: another whose figure is closest to it; "
        "widest: the one with the widest margin.",
    )
    model: (
        Literal["right", "right_if_nobody", "found", "auroc", "auroc_founding", "top_topic", "noise_topic"]
        | None
    ) = Field(
        None,
        description="Of the first model that may be shown. right: per cent judged right; right_if_nobody: the same when nobody is "
        "named; found: per cent of those affected who are named; auroc, auroc_founding; top_topic, noise_topic: the "
        "contribution of the strongest topic and of pure noise.",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> AskedFigure:
        if (self.indicator is None) == (self.model is None):
            raise ValueError("a figure is of an indicator or of a model, and not of both")
        return self


class Answer(Entry):
    """How the right answer follows: from the release, or from an option that is always right."""

    number: str | None = Field(None, description="For a number: the figure, as in here.value.")
    option: Identifier | None = Field(None, description="The option that is right whatever the figures say.")
    rule: Literal["overlap", "modelled", "lower"] | None = Field(
        None,
        description="yes or no from the figures under of. overlap: their margins overlap; modelled: it is an estimate of a model; "
        "lower: the first is lower than the second.",
    )
    of: list[Identifier] = Field(default_factory=list, description="The figures that the rule looks at.")

    @model_validator(mode="after")
    def _one_way(self) -> Answer:
        if sum(way is not None for way in (self.number, self.option, self.rule)) != 1:
            raise ValueError("an answer is a number, an option or a rule, and one of them only")
        wanted = {None: 0, "overlap": 2, "lower": 2, "modelled": 1}[self.rule]
        if len(self.of) != wanted:
            raise ValueError(f"the rule looks at {wanted} figures under of")
        return self


class Prediction(Entry):
    """What the learner says before the answer shows."""

    question: Text = Field(description="What is asked.")
    low: float | None = Field(None, description="For a number: the lowest that is possible.")
    high: float | None = Field(None, description="For a number: the highest that is possible.")
    options: dict[Identifier, Text] = Field(
        default_factory=dict, description="For a choice: what can be chosen."
    )
    answer: Answer = Field(description="How the right answer follows.")

    @property
    def is_number(self) -> bool:
        """Whether a number is predicted, not an option."""
        return not self.options

    @model_validator(mode="after")
    def _fits(self) -> Prediction:
        if self.is_number != (self.answer.number is not None):
            raise ValueError("a number is answered by a number, a choice by an option or a rule")
        if self.is_number and (self.low is None or self.high is None or self.low >= self.high):
            raise ValueError("a number needs low and high, and low is the smaller")
        if self.answer.option is not None and self.answer.option not in self.options:
            raise ValueError("the right option is one of the options")
        if self.answer.rule is not None and set(self.options) != {"yes", "no"}:
            raise ValueError("a rule answers yes or no: those are the options")
        return self


class Step(Entry):
    """One step: a text, what is predicted at it, and what shows after that."""

    step_id: Identifier = Field(description="Name of the step, once per lesson.")
    minutes: Minutes = Field(description="How long it takes.")
    text: Text = Field(description="What the learner reads first.")
    predict: Prediction | None = Field(None, description="What the learner predicts.")
    reveal: Text | None = Field(None, description="What shows after the prediction (needed with predict).")
    tool: Literal["recognise", "check_text"] | None = Field(
        None,
        description="recognise: made-up people, a synthetic copy and who is recognised; check_text: the numbers of a pasted text "
        "against the release.",
    )
    talk: Text | None = Field(None, description="What to talk about together.")

    @model_validator(mode="after")
    def _reveals(self) -> Step:
        if (self.predict is None) != (self.reveal is None):
            raise ValueError("predict and reveal belong together")
        return self

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Every text of the step with the field that holds it."""
        yield "text", self.text
        for name, told in (("reveal", self.reveal), ("talk", self.talk)):
            if told is not None:
                yield name, told
        if self.predict is not None:
            yield "predict.question", self.predict.question
            for key, option in self.predict.options.items():
                yield f"predict.options.{key}", option


class Lesson(Entry):
    """A lesson of twenty to forty minutes in which a learner predicts before the answer shows."""

    lesson_id: Identifier = Field(description="The file's name.")
    order: int = Field(ge=1, le=99, description="Its place in the list.")
    title: Text = Field(description="Name people see.")
    aim: Text = Field(description="What somebody can do afterwards.")
    figures: dict[Identifier, AskedFigure] = Field(
        default_factory=dict, description="The figures that the texts name, by the name that they have there."
    )
    steps: list[Step] = Field(min_length=3, max_length=12, description="The steps in order.")

    @property
    def minutes(self) -> int:
        """How long the lesson takes."""
        return sum(step.minutes for step in self.steps)

    def named(self) -> Iterator[tuple[str, str, str]]:
        """Every figure and part that a text or an answer names, with the field that does."""
        for step in self.steps:
            for field, told in step.texts():
                for language in (told.nl, told.en):
                    yield from ((f"{step.step_id}.{field}", *found) for found in PLACE.findall(language))
            if step.predict is not None:
                answer = step.predict.answer
                yield from ((f"{step.step_id}.predict.answer", name, "value") for name in answer.of)
                if answer.number:
                    name, _, part = answer.number.partition(".")
                    yield f"{step.step_id}.predict.answer", name, part

    @model_validator(mode="after")
    def _holds(self) -> Lesson:
        if len({step.step_id for step in self.steps}) < len(self.steps):
            raise ValueError("a step_id stands twice")
        if not 20 <= self.minutes <= 40:
            raise ValueError(f"the steps take {self.minutes} minutes together: 20 to 40 fit in a meeting")
        for field, name, part in self.named():
            if name not in self.figures or part not in PARTS:
                raise ValueError(
                    f"{field} names {name}.{part}: a name under figures and one of {', '.join(PARTS)}"
                )
        for field, told in [("title", self.title), ("aim", self.aim), *self._all_texts()]:
            if any(re.search(r"\d", PLACE.sub("", words)) for words in (told.nl, told.en)):
                raise ValueError(
                    f"{field} has a number in it: name the figure, or write the number in letters"
                )
            if any("{" in PLACE.sub("", words) for words in (told.nl, told.en)):
                raise ValueError(f"{field} has a place that names no figure")
        return self

    def _all_texts(self) -> Iterator[tuple[str, Text]]:
        for step in self.steps:
            yield from ((f"{step.step_id}.{field}", told) for field, told in step.texts())


def checked_prediction(step: Step, told: str) -> str:
    """What a learner predicted, as it is kept.

    Raises:
        DataProblem: `input_refused` if it is no number, out of range, or no option.
    """
    asked = step.predict
    if asked is None:
        raise DataProblem("input_refused", subject="prediction", expected="a step that asks something")
    if not asked.is_number:
        if told not in asked.options:
            raise DataProblem(
                "input_refused",
                subject="prediction",
                expected="one of the answers",
                remedy="choose one of them",
            )
        return told
    low, high = asked.low or 0.0, asked.high or 0.0
    try:
        number = float(told.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise DataProblem(
            "input_refused", subject="prediction", expected=f"a number from {low:g} to {high:g}",
            remedy="predict again",
        )  # fmt: skip
    return f"{number:g}"


def load_lessons(catalogue_dir: Path) -> dict[str, Lesson]:
    """The lessons of a catalogue in their order, each by its id.

    Raises:
        DataProblem: Naming file and field.
    """
    paths = sorted((catalogue_dir / "lessons").glob("*.yml"))
    found = [_lesson(path, path.stat().st_mtime_ns) for path in paths]
    return {one.lesson_id: one for one in sorted(found, key=lambda one: (one.order, one.lesson_id))}


@lru_cache(maxsize=64)
def _lesson(path: Path, _changed: int) -> Lesson:
    return parsed(Lesson, path, path.parents[1], {"lesson_id": path.stem})


def check_lessons(catalogue_dir: Path, indicators: Collection[str]) -> dict[str, Lesson]:
    """The lessons, held against the indicators that there are.

    Raises:
        DataProblem: Naming file and field.
    """
    found = load_lessons(catalogue_dir)
    for key, lesson in found.items():
        for name, asked in lesson.figures.items():
            if asked.indicator is not None and asked.indicator not in indicators:
                raise problem(
                    f"catalogue/lessons/{key}.yml", f"figures.{name}.indicator", "the id of an indicator",
                    asked.indicator, "name a file of catalogue/indicators",
                )  # fmt: skip
    return found
