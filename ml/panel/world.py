"""A world: areas, risk functions of both targets and the dials they were set with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np

from ml.panel.areas import Areas, draw_areas
from ml.panel.people import draw_effects, draw_people, first_wave
from ml.panel.risk import Risk, Scenario, calibrate, draw_risk

Target = Literal["anxiety_complaints", "restless_behaviour"]
TARGETS: tuple[Target, ...] = ("anxiety_complaints", "restless_behaviour")
REFERENCE_PEOPLE = 40_000


@dataclass(frozen=True)
class Dials:
    """What a world is asked to be. Incidence and optimum hold among people free of the complaints at the first wave."""

    seed: int = 1
    scenario: Scenario = "mixed"
    region: str = "noord"
    incidence: float = 0.15
    prevalence: float = 0.15
    optimum: float = 0.78
    ages: tuple[int, int] = (0, 29)
    # A part of the participants comes from an extra sample of these ages, as panels take to be able to say something of a group.
    extra_ages: tuple[int, int] = (18, 25)
    extra_share: float = 0.0
    province_shift: float = 0.0
    poverty_effect: float = 0.0  # of a wijk of a file, per standard deviation of its poverty, on the log odds
    year_shift: float = 0.0  # on the log odds, per wave
    missing: float = 0.15
    missing_on_answer: float = (
        0.3  # log odds of item non-response per standard deviation of the answer itself
    )
    attrition: float = 0.20
    attrition_on_answers: float = 0.4
    attrition_on_outcome: float = 0.0
    parent_error: float = 0.5  # spread of what parents get wrong about a child, in standard deviations


@dataclass(frozen=True)
class World:
    """The generator's secret: never written to a folder that training reads."""

    dials: Dials
    areas: Areas
    risks: dict[Target, Risk] = field(repr=False)


@lru_cache(maxsize=4)
def make_world(dials: Dials) -> World:
    """The world of these dials: the same seed always gives the same truth."""
    rng = np.random.default_rng([dials.seed, 0])
    areas = draw_areas(dials.region, rng, dials.province_shift, dials.poverty_effect)
    raw: dict[Target, Risk] = {
        # Women about 1.4 times the odds of anxiety complaints; restless behaviour is a matter of boys and of the young.
        "anxiety_complaints": draw_risk(dials.scenario, 1.0, 0.02, rng),
        "restless_behaviour": draw_risk(dials.scenario, -1.0, -0.1, rng),
    }
    reference = draw_people(areas, REFERENCE_PEOPLE, dials.ages, 0.0, rng)
    propensity = first_wave(reference, rng).propensity
    effects = draw_effects(reference, areas, rng)
    risks = {
        target: calibrate(
            risk, propensity, reference.women, reference.age, effects,
            incidence=dials.incidence, optimum=dials.optimum, prevalence=dials.prevalence,
        )
        for target, risk in raw.items()
    }  # fmt: skip
    return World(dials, areas, risks)
