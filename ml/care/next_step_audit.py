"""What is examined of the next step before it may be used: skill, calibration, leaks, groups, membership. And its gate.

An unfairness in the choices themselves shows as a kind of care that a group got more often than others with the same needs and
history: the model does not know the group, so what the group got beyond its prediction is left over.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from datawerkplaats.catalogue.care import care_kinds
from ml.care import next_step
from ml.care.next_step import Choices, hits, top
from ml.care.staged import Cohort
from ml.care.suggest import Floats, Ints, NextStep, encoded
from ml.metrics import auroc, calibration
from ml.production.promotion import MEMBERSHIP, Refusal

SLOPE = (0.9, 1.1)
HIT_GAP = 0.03
UNEQUAL = 1.15  # got surely more, or less, often than this many times what the same needs and history predict
EXPECTED_LEAST = 30
GIVES_AWAY = 0.9  # share of one choice after which a column knows too much
GIVES_AWAY_ROWS = 100
NOTHING_LEARNED = 0.02  # hit@3 above popularity with shuffled choices
GAIN_OVER_POPULARITY = 0.05
LEAST_CLIENTS = 2_000
AGES = ((0, 11), (12, 17))


@dataclass(frozen=True)
class Unequal:
    """A kind of care that a group got more or less often than the same needs and history predict."""

    group: str
    value: str
    kind: str
    ratio: float
    lower: float
    upper: float


def groups_of(cohort: Cohort) -> dict[str, NDArray[np.str_]]:
    """The groups of the audit, per client."""
    band = np.where(cohort.age <= AGES[0][1], f"{AGES[0][0]}-{AGES[0][1]}", f"{AGES[1][0]}-{AGES[1][1]}")
    return {"sex": cohort.sex, "origin": cohort.origin, "age": band}


def examine(cohort: Cohort, seed: int = 1) -> tuple[NextStep, dict[str, Any]]:
    """The model on all choices and the report of what was found on choices it had not seen."""
    choices = next_step.choices_of(cohort)
    folds = next_step.folds_of(choices, seed)
    logit = next_step.held_out_logits(choices, folds)
    temperature = next_step.best_temperature(logit, choices.chosen)
    p = next_step.softmax(logit / temperature)
    first = folds == 0
    train, test = choices.take(~first), choices.take(first)
    rivals = {
        "logit": p[first], "markov_2": next_step.markov(train, test), "popularity": next_step.popularity(train, test),
        "trees": next_step.trees(train, test),
    }  # fmt: skip
    hit = hits(p, choices.chosen)
    report = {
        "model_id": "next_step",
        "clients": len(cohort),
        "choices": len(choices),
        "synthetic": cohort.synthetic,
        "hit_at_3": _with_margin(hit.astype(float), choices.client),
        "rivals": {name: round(float(hits(q, test.chosen).mean()), 4) for name, q in rivals.items()},
        "slope_top_3": _slope(p, choices.chosen),
        "temperature": temperature,
        "hit_gaps": _hit_gaps(cohort, choices, hit),
        "unequal": [asdict(one) for one in unequal(cohort, choices, p)],
        "leakage": leaks(choices),
        "shuffled_gain": _shuffled_gain(choices, seed),
        "membership": membership(choices, seed),
    }
    model = next_step.learn(choices, temperature, synthetic=cohort.synthetic)
    report["silent_share"] = round(silent_share(model, choices), 4)
    report["failures"] = [asdict(one) for one in gate(report)]
    return model, report


def _with_margin(value: Floats, client: Ints) -> dict[str, float]:
    """The mean with its 95 % limits; choices of one client count together."""
    mean = float(value.mean())
    of_client = np.bincount(client, weights=value - mean)
    half = 1.96 * float(np.sqrt((of_client**2).sum())) / len(value)
    return {"value": round(mean, 4), "lower": round(mean - half, 4), "upper": round(mean + half, 4)}


def _slope(p: Floats, chosen: Ints) -> float:
    shown = top(p)
    probability = np.take_along_axis(p, shown, axis=1).ravel()
    return round(float(calibration(probability, (shown == chosen[:, None]).ravel().astype(float)).slope), 3)


def _hit_gaps(cohort: Cohort, choices: Choices, hit: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Per grouping the largest difference in hit@3, and what it surely is."""
    found = []
    for name, value in groups_of(cohort).items():
        of_choice = value[choices.client]
        rows = {
            str(v): _with_margin(hit[of_choice == v].astype(float), choices.client[of_choice == v])
            for v in np.unique(value)
        }
        best, worst = (
            max(rows.values(), key=lambda r: r["value"]),
            min(rows.values(), key=lambda r: r["value"]),
        )
        gap = best["value"] - worst["value"]
        half = float(np.hypot(best["upper"] - best["value"], worst["value"] - worst["lower"]))
        found.append(
            {
                "group": name,
                "gap": round(gap, 4),
                "lower": round(max(gap - half, 0.0), 4),
                "upper": round(gap + half, 4),
                "groups": rows,
            }
        )
    return found


def unequal(cohort: Cohort, choices: Choices, p: Floats) -> list[Unequal]:
    """Kinds of care that a group surely got more or less often than predicted, over all groups and kinds together."""
    kinds = [one.id for one in care_kinds().kinds]
    tests = [(name, v) for name, value in groups_of(cohort).items() for v in np.unique(value)]
    sure = float(norm.ppf(1 - 0.005 / (len(tests) * len(kinds))))
    found = []
    for name, v in tests:
        here = groups_of(cohort)[name][choices.client] == v
        client = choices.client[here]
        for kind, word in enumerate(kinds):
            expected = float(p[here, kind].sum())
            if expected < EXPECTED_LEAST:
                continue
            got = (choices.chosen[here] == kind).astype(float)
            left = np.bincount(client, weights=got - p[here, kind])
            ratio, half = float(got.sum()) / expected, sure * float(np.sqrt((left**2).sum())) / expected
            if ratio - half > UNEQUAL or ratio + half < 1 / UNEQUAL:
                found.append(
                    Unequal(
                        name, str(v), word, round(ratio, 3), round(ratio - half, 3), round(ratio + half, 3)
                    )
                )
    return found


def leaks(choices: Choices, extra: dict[str, NDArray[Any]] | None = None) -> list[str]:
    """Columns that give the choice away: almost always the same one after them. `extra` are columns to try beside the model's."""
    matrix = encoded(choices.at, choices.kinds)
    columns = {f"column {number}": matrix[:, number] == 1 for number in range(matrix.shape[1])}
    columns |= {
        f"{name}={value}": values == value
        for name, values in (extra or {}).items()
        for value in np.unique(values)
    }
    found = []
    for name, here in columns.items():
        n = int(here.sum())
        if n >= GIVES_AWAY_ROWS and np.bincount(choices.chosen[here]).max() > GIVES_AWAY * n:
            found.append(name)
    return found


def _shuffled_gain(choices: Choices, seed: int) -> float:
    """What is still learned above popularity when choices are dealt out at random: anything means a leak in the method."""
    mixed = next_step.shuffled(choices, seed)
    half = next_step.folds_of(choices, seed + 1, 2) == 0
    train, test = mixed.take(half), mixed.take(~half)
    weight, bias = next_step.fit_logit(train)
    p = encoded(test.at, choices.kinds) @ weight.T + bias
    return round(
        float(hits(p, test.chosen).mean() - hits(next_step.popularity(train, test), test.chosen).mean()), 4
    )


def membership(choices: Choices, seed: int) -> float:
    """The AUC of guessing who was learned from by how well their choices are predicted; 0.5 is a guess."""
    half = next_step.folds_of(choices, seed + 2, 2) == 0
    weight, bias = next_step.fit_logit(choices.take(half))
    p = next_step.softmax(encoded(choices.at, choices.kinds) @ weight.T + bias)
    fit = np.log(np.maximum(p[np.arange(len(choices)), choices.chosen], 1e-12))
    clients, position = np.unique(choices.client, return_inverse=True)
    score = np.bincount(position, weights=fit) / np.bincount(position)
    inside = np.zeros(len(clients))
    inside[position] = half
    return round(float(auroc(score, inside)), 4)


def silent_share(model: NextStep, choices: Choices) -> float:
    """The share of choices about which the model says nothing, for want of similar cases."""
    names = np.array([*model.kinds, ""])
    known = set(model.support)
    keys = np.char.add(np.char.add(names[choices.at.before], ">"), names[choices.at.last])
    pairs, counts = np.unique(keys, return_counts=True)
    return float(sum(n for key, n in zip(pairs, counts, strict=True) if key not in known) / len(choices))


def gate(report: dict[str, Any]) -> list[Refusal]:
    """Why it may not be used; an empty list opens the gate. A figure that is absent closes it."""
    try:
        return _refusals(report)
    except (KeyError, TypeError, ValueError) as error:
        name = str(error).strip("'")
        return [Refusal(name, f"het verslag zegt niets over {name}", f"the report does not tell {name}")]


def _refusals(report: dict[str, Any]) -> list[Refusal]:
    found = []
    if report["clients"] < LEAST_CLIENTS:
        found.append(
            Refusal(
                "clients",
                f"minder dan {LEAST_CLIENTS} jongeren om van te leren",
                f"fewer than {LEAST_CLIENTS} clients to learn from",
            )
        )
    gain = report["hit_at_3"]["lower"] - report["rivals"]["popularity"]
    if not gain >= GAIN_OVER_POPULARITY:
        found.append(
            Refusal(
                "hit_at_3",
                f"zeker maar {gain:.3f} beter dan wat het meest voorkomt",
                f"surely only {gain:.3f} better than what is chosen most",
            )
        )
    if not SLOPE[0] <= report["slope_top_3"] <= SLOPE[1]:
        found.append(
            Refusal(
                "slope_top_3",
                f"kalibratiehelling {report['slope_top_3']:.2f}",
                f"calibration slope {report['slope_top_3']:.2f}",
            )
        )
    if report["leakage"] or not abs(report["shuffled_gain"]) <= NOTHING_LEARNED:
        found.append(Refusal("leakage", "een kenmerk verraadt de keuze", "a column gives the choice away"))
    for gap in report["hit_gaps"]:
        if not gap["lower"] <= HIT_GAP:
            found.append(
                Refusal(
                    "hit_gaps",
                    f"treft niet voor elke groep even vaak: {gap['group']}",
                    f"does not hit as often for every group: {gap['group']}",
                )
            )
    for one in report["unequal"]:
        what = f"{one['kind']} {one['group']}={one['value']} {one['ratio']:.2f}"
        found.append(
            Refusal(
                "unequal",
                f"bij gelijke vragen krijgt een groep andere hulp: {what}",
                f"at equal needs a group gets other care: {what}",
            )
        )
    if not report["membership"] <= MEMBERSHIP:
        found.append(Refusal("membership", "te zien is wie meeleerde", "it shows who was learned from"))
    return found
