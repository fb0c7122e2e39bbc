"""What more is known of each buurt, as sums that can be added over areas: care, costs, crime, school, surroundings.

All of it follows from the same composition as the key figures, so that the tables of different publishers agree.
"""

from __future__ import annotations

import numpy as np

from demo.geography import Geography
from demo.key_figures import Sums
from demo.population import Population
from demo.tessellation import Floats

# name: counted among, level, how it moves with the composition
_SHARES: dict[str, tuple[str, float, dict[str, float]]] = {
    "ggz_patients": ("adults", 0.056, {"strain": 0.25, "benefit": 0.30, "single": 0.20, "grey": -0.15}),
    "poh_contacts": ("adults", 0.049, {"strain": 0.20, "single": 0.15, "grey": -0.20}),
    "antidepressants": ("people", 0.060, {"strain": 0.18, "grey": 0.15, "benefit": 0.10}),
    "psycholeptics": ("people", 0.048, {"strain": 0.15, "grey": 0.20, "benefit": 0.15}),
    "stimulants": ("people", 0.015, {"strain": 0.10, "grey": -0.30}),
    "residence": ("youth", 0.0105, {"strain": 0.25, "benefit": 0.25}),
    "protection": ("minors", 0.0115, {"strain": 0.30, "benefit": 0.25}),
    "probation": ("teens", 0.0062, {"strain": 0.30, "urban": 0.15}),
    "household_help": ("people", 0.028, {"grey": 0.50, "strain": 0.20}),
    "support": ("people", 0.019, {"strain": 0.30, "benefit": 0.25}),
    "aids": ("people", 0.022, {"grey": 0.50}),
    "crimes": ("people", 0.046, {"urban": 0.40, "strain": 0.30}),
    "burglaries": ("people", 0.0015, {"urban": 0.20, "strain": 0.10}),
    "vandalism": ("people", 0.0052, {"urban": 0.25, "strain": 0.25}),
    "violence": ("people", 0.0040, {"urban": 0.30, "strain": 0.35}),
    "early_leavers": ("students", 0.019, {"strain": 0.30, "schooling": 0.20}),
    "suicides": ("people", 0.000112, {"single": 0.15, "benefit": 0.15}),
    "low_resilience": ("adults", 0.173, {"strain": 0.35, "benefit": 0.30, "single": 0.15}),
    "high_resilience": ("adults", 0.152, {"strain": -0.25, "benefit": -0.20}),
    "no_support": ("adults", 0.064, {"strain": 0.30, "single": 0.30, "origin": 0.20}),
    "thoughts": ("adults", 0.058, {"strain": 0.25, "single": 0.25, "benefit": 0.25, "grey": -0.25}),
    "complaints": ("adults", 0.222, {"strain": 0.20, "single": 0.18, "benefit": 0.15, "grey": -0.12}),
    "likes_area": ("adults", 0.86, {"strain": -0.30, "urban": -0.15}),
    "likes_home": ("adults", 0.89, {"strain": -0.30}),
    "likes_green": ("adults", 0.80, {"urban": -0.35, "strain": -0.10}),
    "noise_at_night": ("adults", 0.055, {"urban": 0.40, "strain": 0.25}),
}
_LIVEABILITY = {"homes": 0.5, "surroundings": 0.7, "services": -0.6, "cohesion": 0.6, "safety": 0.8}


def extra_sums(seed: int, geography: Geography, population: Population, base: Sums) -> Sums:
    """Sums per buurt (2020 order), with the base sums among them."""
    rng = np.random.default_rng([seed, 8])
    x = population.composition[2020]
    size = len(base["people"])
    sums = dict(base)
    sums["adults"] = population.adults["18+"].astype(float)
    sums["minors"] = base["age_0_14"] + np.round(0.3 * base["age_15_24"])
    sums["teens"] = np.round(0.25 * base["age_0_14"] + 0.8 * base["age_15_24"])
    sums["students"] = np.round(0.62 * base["age_15_24"])
    sums["schooled"] = base["schooling_low"] + base["schooling_middle"] + base["schooling_high"]
    sums["insured"] = np.round(base["people"] * 1.004)
    for name, (among, level, loadings) in _SHARES.items():
        driven = sum((load * x[factor] for factor, load in loadings.items()), np.zeros(size))
        noise = 0.05 * rng.normal(size=size)
        sums[name] = sums[among] / (1 + np.exp(-(np.log(level / (1 - level)) + driven + noise)))

    def around(weight: Floats, level: float, **loadings: float) -> Floats:
        driven = sum((load * x[factor] for factor, load in loadings.items()), np.zeros(size))
        return np.asarray(weight * level * np.exp(driven + 0.04 * rng.normal(size=size)))

    sums["ggz_costs"] = around(sums["ggz_patients"], 3_600, benefit=0.08)
    sums["gp_costs"] = around(sums["insured"], 204, grey=0.05)
    sums["poh_costs"] = around(sums["insured"], 14, strain=0.08)
    sums["all_costs"] = around(sums["insured"], 2_790, grey=0.12, strain=0.05)
    score = -0.17 * x["strain"] - 0.09 * x["schooling"] - 0.07 * x["benefit"] + 0.03 * rng.normal(size=size)
    sums["ses"] = base["households"] * score
    sums["friendly"] = base["people"] * np.clip(3.1 + 0.35 * x["urban"] + 0.3 * rng.normal(size=size), 1, 5)
    total = np.zeros(size)
    for name, weight in _LIVEABILITY.items():
        part = -0.06 * weight * x["strain"] - 0.03 * abs(weight) * x["urban"] + 0.03 * rng.normal(size=size)
        sums[f"liveability_{name}"] = base["people"] * part
        total = total + part
    sums["liveability"] = base["people"] * (4.1 + total)
    for name, km in (("km_pharmacy", 1.5), ("km_hospital", 8.0), ("km_library", 2.0), ("km_green", 0.9)):
        sums[name] = around(base["people"], km, urban=-0.45)
    return sums
