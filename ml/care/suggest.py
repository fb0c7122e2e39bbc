"""What most often came next after trajectories like this one: light enough to answer a phone, without the libraries of learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SHOWN = 3
SIMILAR = 20  # cases with the same two last steps, below which nothing is said
FEWEST = 10  # chosen by fewer than this: the number is not told
AGE_CENTRE, AGE_SPREAD = 12.5, 4.0


@dataclass(frozen=True)
class Moment:
    """A choice to be made, or one that was made: all that was known before it, for many clients or for one."""

    last: Ints
    before: Ints  # the number of kinds where there was only one step
    tried: NDArray[np.bool_]  # moments x kinds
    need: NDArray[np.float32]  # moments x fields, from -0.5 to 0.5; nan where not known
    age: Floats  # nan where not known


def encoded(at: Moment, kinds: int) -> NDArray[np.float32]:
    """The matrix of the model: last step, the one before, what was tried, needs with what is unknown of them, age."""
    n = len(at.last)
    unknown = np.isnan(at.need)
    age = (at.age - AGE_CENTRE) / AGE_SPREAD
    out = np.zeros((n, 2 * (kinds + 1) + kinds + 2 * at.need.shape[1] + 2), dtype=np.float32)
    out[np.arange(n), at.last] = 1
    out[np.arange(n), kinds + 1 + at.before] = 1
    rest = np.column_stack([at.tried, np.nan_to_num(at.need), unknown, np.nan_to_num(age), np.isnan(age)])
    out[:, 2 * (kinds + 1) :] = rest
    return out


@dataclass(frozen=True)
class Suggestion:
    """One of the three: how sure, and how often it was chosen among the similar cases (None where fewer than ten)."""

    kind: str
    probability: float
    chosen: int | None


@dataclass(frozen=True)
class Answer:
    """The three most chosen next steps after `similar` cases; none of them where there were too few."""

    suggestions: tuple[Suggestion, ...]
    similar: int
    differs: str = ""  # the field in which those who got the first and the second differed most


@dataclass(frozen=True)
class NextStep:
    """The fitted multinomial logit with its support."""

    kinds: tuple[str, ...]
    fields: tuple[str, ...]
    most: tuple[int, ...]  # the highest answer of each field
    weight: Floats  # kinds x columns
    bias: Floats
    temperature: float
    support: dict[
        str, tuple[int, dict[str, int]]
    ]  # "before>last": cases, and per kind how many, from FEWEST upwards
    means: dict[str, list[float]]  # "last>next": mean of each field, from SIMILAR cases upwards
    synthetic: bool

    def probability(self, at: Moment) -> Floats:
        """The probability of each kind of care as the next step."""
        logit = (encoded(at, len(self.kinds)) @ self.weight.T + self.bias) / self.temperature
        logit -= logit.max(axis=1, keepdims=True)
        weight = np.exp(logit)
        return np.asarray(weight / weight.sum(axis=1, keepdims=True))

    def answer(self, steps: tuple[str, ...], answers: dict[str, int], age: float | None = None) -> Answer:
        """The three steps that were chosen most after `steps`, with what is known of the fields.

        Args:
            steps: Kinds of care, the first one first; at least one.
            answers: Per field the answer as a number; a field that is absent is not known.
            age: In years.
        """
        numbers = [self.kinds.index(step) for step in steps]
        before = self.kinds[numbers[-2]] if len(numbers) > 1 else ""
        similar, chosen = self.support.get(f"{before}>{steps[-1]}", (0, {}))
        if similar < SIMILAR:
            return Answer((), similar)
        tried = np.zeros((1, len(self.kinds)), dtype=bool)
        tried[0, numbers] = True
        need = [
            answers[name] / most - 0.5 if name in answers else np.nan
            for name, most in zip(self.fields, self.most, strict=True)
        ]
        at = Moment(
            np.array(numbers[-1:]), np.array([numbers[-2] if len(numbers) > 1 else len(self.kinds)]), tried,
            np.array([need], dtype=np.float32), np.array([np.nan if age is None else age]),
        )  # fmt: skip
        p = self.probability(at)[0]
        top = np.argsort(-p)[:SHOWN]
        found = tuple(Suggestion(self.kinds[i], float(p[i]), chosen.get(self.kinds[i])) for i in top)
        return Answer(found, similar, self._differs(steps[-1], found))

    def _differs(self, last: str, found: tuple[Suggestion, ...]) -> str:
        """The field whose mean differs most between those who got the first and those who got the second."""
        one, other = (self.means.get(f"{last}>{suggestion.kind}") for suggestion in found[:2])
        if one is None or other is None:
            return ""
        apart = np.array(one) - np.array(other)
        largest = int(np.argmax(np.abs(apart)))
        return (
            f"{'+' if apart[largest] > 0 else '-'}{self.fields[largest]}"
            if abs(apart[largest]) >= 0.03
            else ""
        )

    def state(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return {
            "kinds": self.kinds, "fields": self.fields, "most": self.most, "weight": np.round(self.weight, 5).tolist(),
            "bias": np.round(self.bias, 5).tolist(), "temperature": round(self.temperature, 4), "support": self.support,
            "means": self.means, "synthetic": self.synthetic,
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> NextStep:
        """The model that was written down."""
        support = {
            key: (int(n), {kind: int(k) for kind, k in chosen.items()})
            for key, (n, chosen) in state["support"].items()
        }
        return cls(
            tuple(state["kinds"]), tuple(state["fields"]), tuple(state["most"]), np.array(state["weight"]),
            np.array(state["bias"]), float(state["temperature"]), support, dict(state["means"]), bool(state["synthetic"]),
        )  # fmt: skip
