"""Which two indicators may not be associated: the model behind one of them has built the association in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from datawerkplaats.base.reasons import explain
from datawerkplaats.catalogue.models import Catalogue, Source


def predictors_of(sources: Sequence[Source]) -> list[str]:
    """What the figures of an indicator are estimated from, each once; none where all its sources count."""
    return list(dict.fromkeys(predictor for source in sources for predictor in source.model_predictors))


def circular_pairs(catalogue: Catalogue, used: Mapping[str, Sequence[Source]]) -> list[dict[str, Any]]:
    """One row per pair of active indicators that a guard is about, both ways round.

    guard circular_pair: one is estimated from what the other tells about, so that no association is computed;
    shared_predictors: both are estimated from the same, so that an association is shown grey, with the reason.

    Args:
        catalogue: The catalogue.
        used: Per indicator the sources its figures come from.
    """
    active = {key for key, indicator in catalogue.indicators.items() if indicator.status == "active"}
    modelled = {key: found for key in active if (found := predictors_of(used[key]))}
    told = {
        (key, other): [p for p in predictors if other in catalogue.dimensions.predictors[p].indicators]
        for key, predictors in modelled.items()
        for other in active - {key}
    }
    shared = {
        (key, other): [p for p in predictors if p in modelled[other]]
        for key, predictors in modelled.items()
        for other in modelled.keys() - {key}
    }
    pairs: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for guard, cases in (("shared_predictors", shared), ("circular_pair", told)):
        for (key, other), predictors in cases.items():
            if predictors:
                pairs[key, other] = pairs[other, key] = (guard, predictors)
    return [_row(catalogue, *pair, *pairs[pair]) for pair in sorted(pairs)]


def _row(catalogue: Catalogue, key: str, other: str, guard: str, predictors: list[str]) -> dict[str, Any]:
    titles = [catalogue.dimensions.predictors[predictor].title for predictor in predictors]
    return {
        "indicator_id": key,
        "other_indicator_id": other,
        "guard": guard,
        "predictors": ", ".join(predictors),
        "reason_nl": f"{explain(guard, 'nl')} Het gaat om: {', '.join(title.nl for title in titles)}.",
        "reason_en": f"{explain(guard, 'en')} This is about: {', '.join(title.en for title in titles)}.",
    }
