"""The sentence of every reason for which a figure is withheld, in Dutch and English; the statistics give its code."""

from __future__ import annotations

from typing import Literal

REASONS: dict[str, dict[Literal["nl", "en"], str]] = {
    "": {"nl": "", "en": ""},
    "missing_input": {
        "nl": "Een van de getallen die nodig zijn ontbreekt.",
        "en": "One of the numbers needed is missing.",
    },
    "invalid_input": {
        "nl": "De teller, noemer of grenzen kunnen zo niet kloppen.",
        "en": "The numerator, denominator or limits cannot be right.",
    },
    "limit_undefined": {
        "nl": "Bij zo weinig gevallen geeft deze methode geen ondergrens.",
        "en": "With so few events this method gives no lower limit.",
    },
    "fewer_than_10_events": {
        "nl": "Minder dan 10 gevallen: een gestandaardiseerd cijfer is dan niet betrouwbaar.",
        "en": "Fewer than 10 events: a standardised rate is not reliable.",
    },
    "modelled_series": {
        "nl": "Dit is een modelschatting: verandering of effect is daaruit niet af te leiden.",
        "en": "This is a model estimate: no change or effect can be read from it.",
    },
    "circular_pair": {
        "nl": "Deze schatting is met dit kenmerk berekend; het verband zit er dus al in.",
        "en": "This estimate was computed from this characteristic, so the association is built in.",
    },
    "shared_predictors": {
        "nl": "Beide zijn modelschattingen uit dezelfde kenmerken; het verband kan daaruit komen.",
        "en": "Both are model estimates from the same characteristics; the association may stem from those.",
    },
    "interval_required": {
        "nl": "Zonder betrouwbaarheidsinterval wordt deze schatting niet getoond of vergeleken.",
        "en": "Without a confidence interval this estimate is not shown or compared.",
    },
    "fewer_than_5_points": {
        "nl": "Minder dan 5 meetmomenten.",
        "en": "Fewer than 5 points in time.",
    },
    "broken_series": {
        "nl": "Binnen de laatste 5 meetmomenten is de manier van meten veranderd.",
        "en": "Within the latest 5 points in time the way of measuring changed.",
    },
    "fewer_than_5_areas": {
        "nl": "Minder dan 5 gebieden met een waarde.",
        "en": "Fewer than 5 areas with a value.",
    },
    "fewer_areas_than_groups": {
        "nl": "Er zijn minder gebieden dan groepen.",
        "en": "There are fewer areas than groups.",
    },
    "quantile_missing": {
        "nl": "Een van de groepen ontbreekt.",
        "en": "One of the groups is missing.",
    },
    "fewer_than_5_groups": {
        "nl": "Minder dan 5 groepen.",
        "en": "Fewer than 5 groups.",
    },
    "fewer_than_6_groups": {
        "nl": "Minder dan 6 groepen van gebieden, of te weinig gebieden per groep.",
        "en": "Fewer than 6 groups of areas, or too few areas per group.",
    },
    "fewer_than_6_clusters": {
        "nl": "De gebieden liggen in minder dan 6 gemeenten: hoe zeker dit is, valt dan niet te zeggen.",
        "en": "The areas lie in fewer than 6 municipalities: how sure this is cannot be told.",
    },
    "fewer_than_5000_person_years": {
        "nl": "Voor een levensverwachting wonen hier te weinig mensen (minder dan 5.000 persoonsjaren).",
        "en": "Too few people live here for a life expectancy (fewer than 5,000 person-years).",
    },
    "no_deaths_in_last_band": {
        "nl": "In de oudste leeftijdsgroep is niemand overleden: de levensverwachting is dan niet te berekenen.",
        "en": "Nobody died in the oldest age band: life expectancy cannot be calculated.",
    },
    "interval_too_wide": {
        "nl": "De onzekerheid is groter dan 20 jaar.",
        "en": "The uncertainty is larger than 20 years.",
    },
    "no_variation": {
        "nl": "De waarden verschillen niet van elkaar.",
        "en": "The values do not differ.",
    },
    "same_area": {
        "nl": "Een gebied wordt niet met zichzelf vergeleken.",
        "en": "An area is not compared with itself.",
    },
}


def explain(reason: str, language: Literal["nl", "en"] = "nl") -> str:
    """The sentence that belongs to a reason code; an empty sentence where nothing was withheld."""
    return REASONS[reason][language]
