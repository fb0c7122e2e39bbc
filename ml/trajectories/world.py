"""How next steps of care come about in the made-up region: the truth, which no model may read.

The next kind of care depends on the last two kinds together, on what was tried before, on needs, and a little on year and
district. A kind of care away from home depends on a risk of its own. With `unfair` the wishes of professionals differ by origin at
equal needs: an unfairness that an audit has to find.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datawerkplaats.catalogue.care import END, Factor, care_factors, care_kinds

Floats = NDArray[np.float64]
TOPIC_LOADING, GENERAL_LOADING = 0.55, 0.35  # of a factor on its topic and on burden in general
TRIED_AGAIN = -0.9  # on the log odds of a kind that was tried before
PREFERRED = 5  # kinds that usually follow one kind
DISTRICTS = 8
YEARS = (2018, 2019, 2020, 2021, 2022)  # of intake
WISHED_AWAY = ("residential_group", "secure_care", "supervision_order", "foster_family")
RISK_FACTORS = 24  # of the sixty that decide on care away from home


@dataclass(frozen=True)
class Dials:
    """What can be set about the made-up region."""

    seed: int = 1
    unfair: float = 0.0  # on the log odds of `WISHED_AWAY` for young people of parents born outside Europe
    missing: float = 0.06  # share of intake answers that are not known
    shift: float = 0.10  # spread of the effects of year and district
    away_level: float = -0.8  # level of the log odds of a step away from home


@dataclass(frozen=True)
class World:
    """The drawn truth. Kinds in the order of the catalogue; row `start` of the transitions stands for no step yet."""

    dials: Dials
    factors: tuple[Factor, ...]
    kinds: tuple[str, ...]
    away: NDArray[np.bool_]
    popularity: Floats
    last: Floats  # (kinds + 1) x kinds
    before: Floats  # (kinds + 1) x kinds
    together: Floats  # (kinds + 1) x (kinds + 1) x kinds
    need: Floats  # factors x kinds
    both_needs: Floats  # pairs of needs x kinds
    pairs: NDArray[np.int64]
    risk: Floats  # per factor
    year: Floats  # years x kinds
    district: Floats  # districts x kinds

    @property
    def start(self) -> int:
        """The row of the transitions for no step yet."""
        return len(self.kinds)


def make_world(dials: Dials | None = None) -> World:
    """The truth of one made-up region: the same dials give the same."""
    dials = dials or Dials()
    rng = np.random.default_rng([dials.seed, 401])
    declared, factors = care_kinds().kinds, care_factors()
    kinds = tuple(one.id for one in declared)
    away = np.array([one.away for one in declared])
    n = len(kinds)
    last = rng.normal(0, 0.4, (n + 1, n))
    for row in last:
        row[rng.choice(n, PREFERRED, replace=False)] += rng.uniform(1.7, 3.2, PREFERRED)
    before = rng.normal(0, 0.35, (n + 1, n))
    for row in before:
        row[rng.choice(n, PREFERRED, replace=False)] += rng.uniform(0.5, 1.3, PREFERRED)
    last[:, away], before[:, away] = 0.5 * last[:, away], 0.4 * before[:, away]  # needs decide there
    end = kinds.index(END)
    last[:, end], last[n, end], before[:, end] = rng.normal(2.8, 0.4, n + 1), -30.0, 0.0
    choices = np.array([factor.choice for factor in factors])
    need = np.where(
        choices[:, None], rng.normal(0, 0.62, (len(factors), n)), rng.normal(0, 0.02, (len(factors), n))
    )
    need[:, away] = 0.0
    popularity = rng.normal(0, 0.25, n)
    popularity[end] = 0.0
    chosen = np.flatnonzero(choices)
    pairs = np.array([(chosen[i], chosen[i + 1]) for i in range(len(chosen) - 1)])
    active = np.zeros(len(factors))
    ranked = rng.permutation(len(factors))[:RISK_FACTORS]
    active[ranked] = np.sort(rng.gamma(1.2, 0.10, RISK_FACTORS))[::-1] + 0.03
    signs = np.array([factor.sign if factor.sign else 1 for factor in factors])
    return World(
        dials, factors, kinds, away, popularity, last, before, rng.normal(0, 0.18, (n + 1, n + 1, n)),
        need, rng.normal(0, 0.12, (len(pairs), n)) * ~away, pairs, active * signs,
        rng.normal(0, dials.shift, (len(YEARS), n)), rng.normal(0, dials.shift, (DISTRICTS, n)),
    )  # fmt: skip
