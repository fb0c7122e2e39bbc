"""Statistics one can trust: intervals, standardisation, tests, trends, inequality, association and similar
areas.

Everything is vectorised NumPy, each module names its formulas and their source, and whatever cannot be
computed comes back as a value with a reason (`reasons.explain`). Nothing here reads or writes data.
"""

from datawerkplaats.statistics.clusters import Clusters, clusters
from datawerkplaats.statistics.comparison import (
    Benchmarked,
    Difference,
    Polarity,
    compare_with_benchmark,
    difference_of_estimates,
    difference_of_proportions,
    false_discovery_adjusted,
)
from datawerkplaats.statistics.correlation import Correlation, weighted_correlation
from datawerkplaats.statistics.dispersion import CHANCE_ONLY, Dispersion, dispersion
from datawerkplaats.statistics.funnel import (
    FunnelLimits,
    funnel_limits_proportion,
    funnel_limits_rate,
    funnel_limits_ratio,
    outside_limits,
)
from datawerkplaats.statistics.gradient import AreaInequality, area_inequality
from datawerkplaats.statistics.guards import Series, change_reason, pair_reason, presented
from datawerkplaats.statistics.inequality import Inequality, inequality, relative_ranks
from datawerkplaats.statistics.intervals import (
    Estimate,
    crude_rate,
    effective_sample_size,
    kish_design_effect,
    poisson_interval,
    poisson_p_value,
    wilson_interval,
)
from datawerkplaats.statistics.life_expectancy import life_expectancy
from datawerkplaats.statistics.means import mean_interval
from datawerkplaats.statistics.multilevel import RandomIntercept, random_intercept
from datawerkplaats.statistics.neighbours import Neighbours, nearest_areas
from datawerkplaats.statistics.quantiles import Quantiles, quantile_groups
from datawerkplaats.statistics.reasons import REASONS, explain
from datawerkplaats.statistics.standardisation import (
    IndirectRate,
    directly_standardised_rate,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
)
from datawerkplaats.statistics.trend import Trend, TwoPointChange, recent_trend, two_point_change

__all__ = [
    "CHANCE_ONLY",
    "REASONS",
    "AreaInequality",
    "Benchmarked",
    "Clusters",
    "Correlation",
    "Difference",
    "Dispersion",
    "Estimate",
    "FunnelLimits",
    "IndirectRate",
    "Inequality",
    "Neighbours",
    "Polarity",
    "Quantiles",
    "RandomIntercept",
    "Series",
    "Trend",
    "TwoPointChange",
    "area_inequality",
    "change_reason",
    "clusters",
    "compare_with_benchmark",
    "crude_rate",
    "difference_of_estimates",
    "difference_of_proportions",
    "directly_standardised_rate",
    "dispersion",
    "effective_sample_size",
    "explain",
    "false_discovery_adjusted",
    "funnel_limits_proportion",
    "funnel_limits_rate",
    "funnel_limits_ratio",
    "indirectly_standardised_rate",
    "indirectly_standardised_ratio",
    "inequality",
    "kish_design_effect",
    "life_expectancy",
    "mean_interval",
    "nearest_areas",
    "outside_limits",
    "pair_reason",
    "poisson_interval",
    "poisson_p_value",
    "presented",
    "quantile_groups",
    "random_intercept",
    "recent_trend",
    "relative_ranks",
    "two_point_change",
    "weighted_correlation",
    "wilson_interval",
]
