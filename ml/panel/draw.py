"""Waves of the panel: who answers, through whom, on which scale, what is left out, and who falls ill in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from ml.panel.items import ANCHORS, BLOCKS, FACTORS, ITEMS, NAMES, answers, moments
from ml.panel.people import People, Singles, draw_effects, draw_people, first_wave, next_wave
from ml.panel.world import TARGETS, Target, World

WAVES = ("1A", "2A", "3A")
WAVE_YEAR = (2010, 2014, 2018)
WAVE_YEARS_APART = 4.0
PERSISTENCE = 0.5
# The meaning of $4-$7 in the real cohort is not verified; in this panel they are: not answered, list not filled in,
# not asked (routing), refused.
NOT_ANSWERED, LIST_SKIPPED, NOT_ASKED, REFUSED = 4, 5, 6, 7
CHILD_NOT_ASKED = ("smoking_current_1", "cannabis_use_1", "alcohol_days_1")
LIST_SHARE = 0.4  # of the missing answers, the part that comes in whole lists
REFUSED_RATE = 0.005
# Later waves split one category of a scale in two: at the top for impulsivity, at the bottom for sleep trouble.
EXTRA_TOP, EXTRA_BOTTOM = ("impulsivity_upps",), ("sleep_trouble",)
EXTRA_STEP = 0.8


@dataclass(frozen=True)
class Wave:
    """One wave for everybody; `present` says who took part. True status and risk are for the answer file only."""

    number: int
    age: Singles
    informant: NDArray[np.int8]  # 0 a parent, 1 the young person, 2 an adult
    present: NDArray[np.bool_]
    answer: Singles  # people x items, on the scale of this wave
    missing: NDArray[np.int8]  # 0 answered, else the digit of the missing code
    reported: Singles  # propensities behind the answers, with what a parent gets wrong
    status: dict[Target, NDArray[np.bool_]]
    at_risk: dict[Target, NDArray[np.bool_]]
    probability: dict[Target, NDArray[np.float64]]  # of onset before the next wave
    started: dict[Target, NDArray[np.bool_]]


@dataclass(frozen=True)
class Panel:
    """A drawn panel: people, their waves and the world they come from."""

    world: World
    people: People
    waves: tuple[Wave, ...]
    seed: int


def wave_cuts(column: int, wave: int) -> NDArray[np.float32]:
    """The cut points of an item on the scale of one wave."""
    item = ITEMS[column]
    cuts = list(item.cuts)
    keyword = BLOCKS[item.block].keyword
    if wave > 0 and keyword in EXTRA_TOP:
        cuts = [*cuts, cuts[-1] + EXTRA_STEP]
    if wave > 0 and keyword in EXTRA_BOTTOM:
        cuts = [cuts[0] - EXTRA_STEP, *cuts]
    return np.asarray(cuts, dtype=np.float32)


def _answers(reported: Singles, wave: int) -> Singles:
    out = np.empty_like(reported)
    for column, item in enumerate(ITEMS):
        if item.kind == "continuous":
            out[:, column] = answers(reported[:, column], column)
        else:
            out[:, column] = np.searchsorted(wave_cuts(column, wave), reported[:, column])
    return out


def item_missing_log_odds(world: World, column: int, answer: NDArray[np.floating]) -> NDArray[np.float64]:
    """The log odds of leaving one question open, given the answer that would have been given."""
    centre, spread = moments(column)
    rate = world.dials.missing * (1 - LIST_SHARE)
    return np.asarray(
        logit(rate) + world.dials.missing_on_answer * np.clip((answer - centre) / spread, -3, 3)
    )


def _missing(
    world: World, people: People, answer: Singles, child: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.int8]:
    n = len(answer)
    code = np.zeros((n, len(ITEMS)), dtype=np.int8)
    if world.dials.missing > 0:
        list_rate = expit(logit(world.dials.missing * LIST_SHARE) - 0.3 * (people.women - 0.5))
        lists = rng.random((n, len(BLOCKS)), dtype=np.float32) < list_rate[:, None]
        for column, item in enumerate(ITEMS):
            if NAMES[column] in ANCHORS:
                continue
            left_open = rng.random(n, dtype=np.float32) < expit(
                item_missing_log_odds(world, column, answer[:, column])
            )
            refused = rng.random(n, dtype=np.float32) < REFUSED_RATE
            here = np.where(left_open, NOT_ANSWERED, np.where(refused, REFUSED, 0))
            code[:, column] = np.where(lists[:, item.block], LIST_SKIPPED, here)
    for name in CHILD_NOT_ASKED:
        code[child, NAMES.index(name)] = NOT_ASKED
    return code


def _burden(answer: Singles) -> NDArray[np.float64]:
    """Mean standardised answer to the first block (wellbeing in the past month): what drop-out depends on."""
    total = np.zeros(len(answer))
    columns = [c for c, item in enumerate(ITEMS) if item.factor == FACTORS.index("distress")]
    for column in columns:
        centre, spread = moments(column)
        total += (answer[:, column] - centre) / spread
    return total / len(columns)


def _stays(
    world: World, people: People, wave: Wave, falls_ill: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.bool_]:
    dials = world.dials
    if dials.attrition == 0:
        return wave.present.copy()
    drop = expit(
        logit(dials.attrition) - 0.1 + dials.attrition_on_answers * _burden(wave.answer)
        - 0.02 * (wave.age - 20) - 0.2 * (people.women - 0.5) + dials.attrition_on_outcome * falls_ill
    )  # fmt: skip
    return np.asarray(wave.present & (rng.random(len(drop)) >= drop))


def draw_panel(world: World, n: int, seed: int, *, waves: int = 3, elders: float = 0.0) -> Panel:
    """A panel of `n` people of the target ages (and `elders` parents and grandparents per person).

    Args:
        world: The truth that the panel is drawn from.
        n: Number of people of the target ages.
        seed: Panels of one world with different seeds hold different people.
        waves: How many waves are held, one to three.
        elders: Participants of the older generations, per person.
    """
    rng = np.random.default_rng([world.dials.seed, 1, seed])
    people = draw_people(
        world.areas, n, world.dials.ages, elders, rng,
        extra_ages=world.dials.extra_ages, extra_share=world.dials.extra_share,
    )  # fmt: skip
    effects = draw_effects(people, world.areas, rng)
    state = first_wave(people, rng)
    present = np.ones(len(people.age), dtype=bool)
    status: dict[Target, NDArray[np.bool_]] = {}
    started: dict[Target, NDArray[np.bool_]] = {t: np.zeros(len(present), dtype=bool) for t in TARGETS}
    drawn: list[Wave] = []
    for number in range(waves):
        age = people.age + np.float32(WAVE_YEARS_APART * number)
        informant = np.where(age < 12, 0, np.where(age < 18, 1, 2)).astype(np.int8)
        child = informant == 0
        reported = state.propensity
        if child.any() and world.dials.parent_error > 0:
            reported = reported.copy()
            noise = rng.standard_normal((int(child.sum()), len(ITEMS)), dtype=np.float32)
            reported[child] += np.float32(world.dials.parent_error) * noise
        answer = _answers(reported, number)
        probability, at_risk, following = {}, {}, {}
        for target, risk in world.risks.items():
            score = risk.score(state.propensity, people.women, age)
            if number == 0:
                status[target] = rng.random(len(score)) < risk.status_probability(score)
            probability[target] = risk.probability(score, effects + world.dials.year_shift * number)
            at_risk[target] = ~status[target]
            chance = np.where(status[target], PERSISTENCE, probability[target])
            following[target] = rng.random(len(score)) < chance
        wave = Wave(
            number, age, informant, present, answer, _missing(world, people, answer, child, rng), reported,
            dict(status), at_risk, probability, dict(started),
        )  # fmt: skip
        drawn.append(wave)
        if number + 1 < waves:
            present = _stays(world, people, wave, following["anxiety_complaints"], rng)
            started = {t: following[t] & ~status[t] for t in TARGETS}
            status = following
            state = next_wave(people, state, rng)
    return Panel(world, people, tuple(drawn), seed)
