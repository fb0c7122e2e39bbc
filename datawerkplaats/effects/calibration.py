"""The whole procedure played on made-up worlds like these very areas: how far chance goes, and what would be seen.

The worlds have the people of these areas, their own differences and wanderings, and nothing that works. In every world the areas
are chosen in the registered way and the same prediction is made, everything measured anew. What comes out is how often, and by how
much, an area seems to fall by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datawerkplaats.effects.choosing import Choice, choose
from datawerkplaats.effects.panel import Bools, Floats, Panel
from datawerkplaats.effects.prediction import period_rates, predict, untreated
from datawerkplaats.effects.variation import Variation, variation

WORLDS = 400
_POSSIBLE = 60  # ways in which areas might vary
_TAILS = 6  # degrees of freedom of the shocks: how heavy their tails are cannot be told from a few years, so neither end is taken
# Together a little less than the 5 % that an interval of 95 % may miss, since how areas vary is itself measured roughly. A false
# "worse" stops what helps, and is made rarer than a false "works".
BELOW, ABOVE = 0.025, 0.99


@dataclass(frozen=True)
class Calibration:
    """How the measured effect varies where nothing works.

    Args:
        middle: What comes out on average, as a logarithm; taken off.
        low: The logarithm under which 2.5 % of the worlds come out, after the middle is taken off.
        high: The one above which 1 % come out.
        draws: Every world, the middle taken off.
        varied: How the areas vary.
    """

    middle: float
    low: float
    high: float
    draws: Floats
    varied: Variation

    @classmethod
    def of(cls, draws: Floats, varied: Variation) -> Calibration:
        """From the outcomes of the worlds; the middle is taken so that the ratio itself is right on average."""
        middle = float(np.log(np.exp(draws).mean()))
        low, high = (float(value) for value in np.quantile(draws - middle, (BELOW, ABOVE)))
        return cls(middle, low, high, draws - middle, varied)

    def power(self, effect: float) -> float:
        """How often an effect, such as -0.30, would be seen: the share of worlds that come out below the bound."""
        return float((self.draws + np.log1p(effect) < self.low).mean())


def fitted(panel: Panel, first: int) -> tuple[Variation, Floats]:
    """How the areas of a panel vary before the first start, and the rate of every period in what is untreated."""
    events, people = (values[None] for values in panel.known())
    rates = period_rates(events, people, untreated(panel.starts[None], panel.periods))
    usual = people[..., :first] * np.nan_to_num(rates)[:, None, :first]
    return variation(events[..., :first], usual), rates[0]


def imagine(varied: Variation, usual: Floats, first: int, worlds: int, random: np.random.Generator) -> Floats:
    """Made-up counts, worlds × areas × periods, where nothing works.

    Args:
        varied: How areas vary, the same in all worlds or each in its own way.
        usual: Areas × periods: what is usual for their people; 0 where nothing is seen.
        first: Periods that the variation was measured in.
        worlds: How many.
        random: The source of chance.
    """
    areas, periods = usual.shape
    still = Variation(varied.stays, np.zeros_like(varied.fades), varied.pace, varied.direction)
    covariance = np.log1p(np.maximum(still.covariance(first, periods), -0.9))
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    drawn = random.standard_normal((worlds, areas, periods)) @ root.swapaxes(-1, -2)
    fading = np.log1p(varied.fades)[:, None, None]
    if (fading > 0).any():
        drawn += _wandering(fading, varied.pace[:, None], drawn.shape, random)
    spread = (root**2).sum(-1)[:, None, :] + fading
    return np.asarray(random.poisson(usual * np.exp(drawn - spread / 2)), dtype=np.float64)


def _wandering(variance: Floats, pace: Floats, shape: tuple[int, ...], random: np.random.Generator) -> Floats:
    """Deviations that fade, with shocks that are sometimes large: a year can be odd in ways that no normal curve foresees."""
    shocks = random.standard_t(_TAILS, shape) * np.sqrt(variance * (_TAILS - 2) / _TAILS)
    for at in range(1, shape[-1]):
        shocks[..., at] = pace * shocks[..., at - 1] + np.sqrt(1 - pace**2) * shocks[..., at]
    return np.asarray(shocks)


def possible(
    varied: Variation, usual: Floats, first: int, worlds: int, random: np.random.Generator
) -> Variation:
    """How the areas might vary as well: what would have been measured in other worlds like these, one for each world to be made.

    A few years tell only roughly how areas vary. Worlds that all vary in the measured way would make chance look too small.
    """
    before = usual[:, :first]
    made = imagine(varied, before, first, _POSSIBLE, random)
    again = variation(made, np.broadcast_to(before, made.shape))
    pick = np.arange(worlds) % _POSSIBLE
    return Variation(again.stays[pick], again.fades[pick], again.pace[pick], again.direction[pick])


def calibrate(
    panel: Panel, choice: Choice, *, seed: int, worlds: int = WORLDS, looks: int | None = None,
    may: Bools | None = None, future: int = 0,
) -> Calibration:  # fmt: skip
    """How far chance goes for a way of choosing on these very areas.

    Args:
        panel: What is known now; its starts may all be `NEVER` (before anything has begun).
        choice: The registered way.
        seed: Makes the answer the same every time.
        worlds: How many are made up.
        looks: Periods since the start that count; all that there are.
        may: Areas that may be chosen.
        future: Periods to come that are imagined beside those that are known: for a promise before the start.
    """
    random = np.random.default_rng(seed)
    varied, rates = fitted(panel, choice.start)
    people = panel.known()[1]
    if future:
        people = np.concatenate([people, np.repeat(panel.people[:, -1:], future, axis=1)], axis=1)
        rates = np.concatenate([rates, np.full(future, np.nan)])
    usual = people * _carried(rates)[None, :]
    might = possible(varied, usual, choice.start, worlds, random)
    made = imagine(might, usual, choice.start, worlds, random)
    draws = _outcomes(made, people, choice, random, looks, may)[:, -1]
    return Calibration.of(draws, varied)


def _carried(rates: Floats) -> Floats:
    """The rates, with the last known one carried on where no area is untreated."""
    known = np.isfinite(rates)
    return np.asarray(np.where(known, rates, rates[known][-1] if known.any() else 0.0))


def _outcomes(
    made: Floats,
    people: Floats,
    choice: Choice,
    random: np.random.Generator,
    looks: int | None,
    may: Bools | None,
) -> Floats:
    among = np.broadcast_to(people, made.shape)
    starts = choose(choice, made, among, random, may)
    return predict(made, among, starts, looks=looks).log_ratio


@dataclass(frozen=True)
class Looks:
    """Per look the logarithm under which "works" may be said: `shared` where every look counts, `single` for one look only."""

    shared: Floats
    single: Floats


def bounds_of_looks(
    panel: Panel, choice: Choice, *, looks: int, seed: int, worlds: int = 2000, error: float = BELOW
) -> Looks:
    """Per look the logarithm under which "works" may be said: all looks together are wrong in at most `error` of the worlds.

    Every look has the same chance of its own: the looks share the error as they share the data.
    """
    random = np.random.default_rng(seed)
    varied, rates = fitted(panel, choice.start)
    people = panel.known()[1]
    usual = people * _carried(rates)[None, :]
    might = possible(varied, usual, choice.start, worlds, random)
    made = imagine(might, usual, choice.start, worlds, random)
    draws = _outcomes(made, people, choice, random, looks, None)
    spread = np.maximum(draws.std(0), 1e-9)
    middle = np.median(draws, axis=0)
    standing = ((draws - middle) / spread).min(-1)
    return Looks(middle + spread * np.quantile(standing, error), np.quantile(draws, error, axis=0))
