"""The hundred questions of the synthetic panel: their names, scales, latent factors and known direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import poisson

Kind = Literal["ordinal", "binary", "count", "continuous"]
Floats = NDArray[np.float64]

FACTORS = (
    "distress", "stress", "loneliness", "mastery", "temperament",
    "health", "lifestyle", "sleep", "deprivation", "environment",
)  # fmt: skip
# All factors point towards risk, so that they correlate positively; loneliness and distress about 0.5.
FACTOR_CORRELATION = 0.35
LONELINESS_DISTRESS = 0.50


@dataclass(frozen=True)
class Block:
    """A group of like questions: one keyword, one scale, one factor."""

    keyword: str
    count: int
    kind: Kind
    factor: str
    scale: float  # ordinal: categories; binary: share of yes; count: mean; continuous: standard deviation
    centre: float = 0.0  # continuous: mean; ordinal: skew towards the low categories
    loading: float = 0.6
    direction: int = 1  # +1: a higher answer means more of the factor; 0: field knowledge gives no sign


BLOCKS: tuple[Block, ...] = (
    Block("mhi_pastmonth", 5, "ordinal", "distress", 6, 0.5, 0.72),
    Block("worry_pastmonth", 4, "ordinal", "distress", 4, 0.6, 0.65),
    Block("lte_pastyear", 12, "binary", "stress", 0.14, 0.0, 0.5),
    Block("ldi_pastyear", 8, "ordinal", "stress", 3, 0.8, 0.6),
    Block("loneliness_djg", 6, "ordinal", "loneliness", 3, 0.5, 0.68),
    Block("support_lacking", 3, "ordinal", "loneliness", 5, 0.7, 0.6),
    Block("mastery_lacking", 5, "ordinal", "mastery", 5, 0.5, 0.65),
    Block("neuroticism_neo", 5, "ordinal", "temperament", 5, 0.2, 0.6),
    Block("impulsivity_upps", 3, "ordinal", "temperament", 4, 0.2, 0.5),
    Block("health_general", 1, "ordinal", "health", 5, 0.4, 0.7),
    Block("health_complaints", 2, "ordinal", "health", 4, 0.7, 0.6),
    Block("health_conditions", 2, "count", "health", 0.7, 0.0, 0.55),
    Block("health_pain_days", 1, "count", "health", 2.0, 0.0, 0.5),
    Block("body_mass_index", 1, "continuous", "health", 3.8, 24.0, 0.3, 0),
    Block("blood_pressure", 2, "continuous", "health", 12.0, 118.0, 0.2, 0),
    Block("heart_rate_rest", 1, "continuous", "health", 9.0, 68.0, 0.2, 0),
    Block("laboratory_value", 6, "continuous", "health", 1.0, 5.0, 0.15, 0),
    Block("alcohol_days", 1, "count", "lifestyle", 3.0, 0.0, 0.4, 0),
    Block("vegetable_days", 1, "count", "lifestyle", 4.0, 0.0, 0.3, 0),
    Block("smoking_current", 1, "binary", "lifestyle", 0.18, 0.0, 0.6),
    Block("cannabis_use", 1, "binary", "lifestyle", 0.09, 0.0, 0.5),
    Block("activity_minutes", 2, "continuous", "lifestyle", 40.0, 180.0, 0.3, 0),
    Block("screen_hours", 2, "continuous", "lifestyle", 1.6, 4.0, 0.5),
    Block("sleep_hours", 2, "continuous", "sleep", 1.0, 7.6, 0.3, 0),
    Block("sleep_trouble", 3, "ordinal", "sleep", 4, 0.6, 0.7),
    Block("nap_days", 2, "count", "sleep", 1.2, 0.0, 0.3, 0),
    Block("education_level", 1, "ordinal", "deprivation", 5, 0.0, 0.5),
    Block("income_household", 1, "continuous", "deprivation", 900.0, 3100.0, 0.5, 0),
    Block("money_trouble", 1, "ordinal", "deprivation", 4, 1.0, 0.75),
    Block("benefit_received", 1, "binary", "deprivation", 0.10, 0.0, 0.6),
    Block("home_rented", 1, "binary", "deprivation", 0.38, 0.0, 0.5),
    Block("rooms_number", 1, "count", "deprivation", 4.0, 0.0, 0.3, 0),
    Block("noise_nuisance", 2, "ordinal", "environment", 4, 0.6, 0.5),
    Block("safety_lacking", 2, "ordinal", "environment", 4, 0.8, 0.6),
    Block("green_distance", 2, "continuous", "environment", 120.0, 400.0, 0.3, 0),
    Block("bullied_pastyear", 1, "binary", "environment", 0.15, 0.0, 0.55),
    Block("parents_separated", 1, "binary", "environment", 0.19, 0.0, 0.3),
    Block("religion_member", 1, "binary", "environment", 0.35, 0.0, 0.1, 0),
    Block("lefthanded", 1, "binary", "health", 0.1, 0.0, 0.05, 0),
    Block("pollen_days", 1, "count", "environment", 2.5, 0.0, 0.05, 0),
    Block("travel_minutes", 1, "continuous", "environment", 12.0, 25.0, 0.15, 0),
)

# Asked of everyone and always answered: what item non-response may depend on without being hidden itself.
ANCHORS = ("health_general_1", "education_level_1")
# These carry the effects that the field knows; a world always makes them active.
KNOWN_ACTIVE = (
    "health_general_1", "ldi_pastyear_1", "ldi_pastyear_2", "loneliness_djg_1", "mastery_lacking_1",
    "neuroticism_neo_1", "money_trouble_1", "bullied_pastyear_1", "cannabis_use_1", "sleep_trouble_1",
    "mhi_pastmonth_1", "sleep_hours_1",
)  # fmt: skip
# A world never gives these an effect: they show the floor of every importance list.
KNOWN_NULL = (
    "religion_member_1",
    "lefthanded_1",
    "pollen_days_1",
    "laboratory_value_1",
    "laboratory_value_2",
)


@dataclass(frozen=True)
class Item:
    """One question, as a monotone function of a standard normal propensity."""

    name: str
    block: int
    kind: Kind
    factor: int
    loading: float
    direction: int
    cuts: tuple[float, ...]  # propensities at which the answer goes up one category; empty for continuous
    centre: float
    spread: float


def _cuts(block: Block) -> tuple[float, ...]:
    if block.kind == "binary":
        return (float(ndtri(1 - block.scale)),)
    if block.kind == "ordinal":
        categories = int(block.scale)
        return tuple(float(c) for c in np.linspace(-1.1, 1.1, categories - 1) + block.centre)
    if block.kind == "count":
        top = int(poisson.ppf(0.999, block.scale))
        return tuple(float(c) for c in ndtri(poisson.cdf(np.arange(top), block.scale)))
    return ()


def _items() -> tuple[Item, ...]:
    items = []
    for number, block in enumerate(BLOCKS):
        for i in range(1, block.count + 1):
            # Loadings differ a little inside a block, as in any real scale.
            loading = block.loading * (1.0 - 0.04 * (i - 1))
            items.append(
                Item(
                    f"{block.keyword}_{i}", number, block.kind, FACTORS.index(block.factor), loading,
                    block.direction, _cuts(block), block.centre, block.scale,
                )
            )  # fmt: skip
    return tuple(items)


ITEMS: tuple[Item, ...] = _items()
NAMES: tuple[str, ...] = tuple(item.name for item in ITEMS)


def loadings() -> Floats:
    """The items x factors matrix of loadings."""
    matrix = np.zeros((len(ITEMS), len(FACTORS)))
    for row, item in enumerate(ITEMS):
        matrix[row, item.factor] = item.loading
    return matrix


def factor_covariance() -> Floats:
    """The correlation matrix of the latent factors."""
    matrix = np.full((len(FACTORS), len(FACTORS)), FACTOR_CORRELATION)
    a, b = FACTORS.index("distress"), FACTORS.index("loneliness")
    matrix[a, b] = matrix[b, a] = LONELINESS_DISTRESS
    np.fill_diagonal(matrix, 1.0)
    return matrix


def answers(propensity: NDArray[np.float32], column: int) -> NDArray[np.float32]:
    """The answers that belong to the propensities of one item: a category number, a count or a measurement."""
    item = ITEMS[column]
    if item.kind == "continuous":
        return np.round(item.centre + item.spread * propensity, 1).astype(np.float32)
    return np.searchsorted(np.asarray(item.cuts, dtype=np.float32), propensity).astype(np.float32)


def moments(column: int) -> tuple[float, float]:
    """Mean and standard deviation of an item's answers in the standard population."""
    item = ITEMS[column]
    if item.kind == "continuous":
        return item.centre, item.spread
    from scipy.special import ndtr

    edges = np.concatenate(([0.0], ndtr(np.asarray(item.cuts)), [1.0]))
    shares, values = np.diff(edges), np.arange(len(item.cuts) + 1)
    mean = float(shares @ values)
    return mean, float(np.sqrt(shares @ (values - mean) ** 2))
