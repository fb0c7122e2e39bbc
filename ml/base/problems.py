"""The sentences of the risk model's own failures, registered with the common ones."""

from __future__ import annotations

from datawerkplaats.base.errors import PROBLEMS, DataProblem

__all__ = ["DataProblem"]

PROBLEMS.update(
    {
        "design_field": {"nl": "het ontwerp klopt niet", "en": "the design is not right"},
        "feature_from_the_future": {
            "nl": "het ontwerp gebruikt een kenmerk dat op het peilmoment nog niet bekend was",
            "en": "the design uses a feature that was not yet known at the index moment",
        },
        "unknown_feature": {
            "nl": "het ontwerp noemt een onbekend kenmerk",
            "en": "the design names an unknown feature",
        },
        "unknown_enumeration": {
            "nl": "een antwoordcode is niet beschreven",
            "en": "an answer code is not in the enumerations",
        },
        "recoding_merges": {
            "nl": "een hercodering voegt ongemerkt codes samen",
            "en": "a recoding merges codes unnoticed",
        },
        "recoding_incomplete": {
            "nl": "een hercodering slaat een code over",
            "en": "a recoding leaves out a code",
        },
        "too_few_events": {
            "nl": "er zijn te weinig gevallen om een model te maken",
            "en": "there are too few events for a model",
        },
        "missing_age_band": {
            "nl": "de bevolkingstabel mist een groep",
            "en": "the population table lacks a group",
        },
        "codebook_contradicted": {
            "nl": "het bestand bevat een code die het codeboek niet kent",
            "en": "the file holds a code that its codebook does not tell of",
        },
        "codebook_row": {"nl": "het codeboek klopt niet", "en": "the codebook is not right"},
        "constant_target": {
            "nl": "de uitkomst is overal gelijk in een deel van de gegevens",
            "en": "the outcome is the same everywhere in a part of the data",
        },
        "weights_wrong": {"nl": "de weegfactoren kloppen niet", "en": "the survey weights are not right"},
        "sampling_units": {
            "nl": "de steekproefeenheden zijn te klein om mee te rekenen",
            "en": "the sampling units are too small to work with",
        },
        "leak_found": {"nl": "een kenmerk verraadt de uitkomst", "en": "a feature gives the outcome away"},
        "model_damaged": {
            "nl": "het geregistreerde model is veranderd",
            "en": "the registered model was changed",
        },
        "not_promoted": {"nl": "het model is niet vrijgegeven", "en": "the model is not released"},
        "card_incomplete": {
            "nl": "de verantwoording is niet volledig",
            "en": "the reporting checklist is not complete",
        },
        "schema_mismatch": {
            "nl": "de kenmerken passen niet bij het model",
            "en": "the features do not fit the model",
        },
    }
)
