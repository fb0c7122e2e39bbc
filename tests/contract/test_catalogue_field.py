"""The catalogue holds the field: every concept the domain names has figures or a reason why not, every table a reader in use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.warehouse_inputs.circular import circular_pairs
from demo.declared_tables import TABLES
from tests.for_each import for_each

# Per numbered concept of the domain (I: indicator, D: determinant, O: outcome) the ids that are it, or part of it.
CONCEPTS = {
    "I1": "mental_wellbeing_mhcsf_score",
    "I2": "flourishing_mhcsf_pct",
    "I3": "life_satisfaction_young_adults_pct life_satisfaction_adults_pct",
    "I4": "happiness_pupils_pct",
    "I5": "good_mental_health_young_adults_pct",
    "I6": "psychological_complaints_mhi5_le60_pct psychological_complaints_mhi5_le60_pupils_pct"
    " psychological_complaints_mhi5_le60_young_adults_pct",
    "I7": "psychologically_unhealthy_mhi5_lt60_12_plus_pct",
    "I8": "anxiety_depression_feelings_mhi5_le76_pct anxiety_depression_feelings_mhi5_le76_12_plus_pct",
    "I9": "high_risk_anxiety_depression_k10_pct",
    "I10": "moderate_or_high_risk_k10_pct",
    "I11": "high_stress_4w_pct often_stressed_young_adults_pct",
    "I12": "often_stressed_pupils_pct",
    "I13": "limited_by_emotional_problems_12_plus_pct limited_by_mental_complaints_young_adults_pct",
    "I14": "resilience_low_brs_pct",
    "I15": "resilience_high_brs_pct",
    "I16": "mastery_sufficient_pct",
    "I17": "assertiveness_sufficient_pupils_pct assertiveness_sufficient_young_adults_pct",
    "I18": "confidence_in_future_pupils_pct confidence_in_future_young_adults_pct",
    "I19": "loneliness_djg_pct",
    "I20": "severe_loneliness_djg_pct",
    "I21": "emotional_loneliness_pct social_loneliness_pct",
    "I22": "loneliness_pupils_pct loneliness_young_adults_pct",
    "I23": "suicidal_thoughts_12m_pct suicidal_thoughts_12m_pupils_pct suicidal_thoughts_ever_young_adults_pct",
    "I24": "sdq_total_raised_pct",
    "I25": "sdq_hyperactivity_raised_pct",
    "I26": "sdq_emotional_raised_pct",
    "I27": "ptsd_indication_pct",
    "I28": "mental_disorder_12m_pct",
    "I29": "anxiety_disorder_mini_pct",
    "I30": "satisfied_with_self_young_adults_pct",
    "D1": "difficulty_making_ends_meet_pct difficulty_making_ends_meet_young_adults_pct",
    "D2": "has_debts_young_adults_pct",
    "D3": "low_income_households_pct below_social_minimum_pct",
    "D4": "ses_woa_score",
    "D5": "education_low_pct",
    "D6": "benefit_social_assistance_pct benefit_disability_pct benefit_unemployment_pct",
    "D7": "net_labour_participation_pct",
    "D8": "volunteering_pct",
    "D9": "single_person_households_pct",
    "D10": "single_parent_households_pct",
    "D11": "divorced_pct widowed_pct",
    "D12": "age_0_14_pct age_15_24_pct age_65_plus_pct women_pct",
    "D13": "non_western_origin_pct",
    "D14": "urbanity_index address_density_per_km2",
    "D15": "good_self_rated_health_pct good_self_rated_health_young_adults_pct",
    "D16": "long_term_condition_pct limited_by_health_pct",
    "D17": "lacks_emotional_support_pct",
    "D18": "informal_carer_pct",
    "D19": "informal_carer_overburdened_pct",
    "D20": "sleeps_badly_young_adults_pct",
    "D21": "meets_exercise_guideline_pct weekly_sport_pct weekly_sport_young_adults_pct",
    "D22": "smoking_pct smoking_young_adults_pct",
    "D23": "heavy_drinking_pct excessive_drinking_pct",
    "D24": "cannabis_12m_young_adults_pct",
    "D25": "vaping_pupils_pct vaping_young_adults_pct",
    "D26": "risky_social_media_young_adults_pct risky_gaming_young_adults_pct",
    "D27": "bullied_at_school_pct bullied_online_pct",
    "D28": "performance_pressure_pupils_pct performance_pressure_young_adults_pct",
    "D29": "likes_school_pct",
    "D30": "someone_to_confide_in_pupils_pct someone_to_confide_in_young_adults_pct",
    "D31": "family_money_worries_pupils_pct",
    "D32": "traumatic_events_pct",
    "D33": "life_events_lte_score long_term_difficulties_ldi_score",
    "D34": "liveability_score liveability_homes_score liveability_surroundings_score liveability_services_score"
    " liveability_cohesion_score liveability_safety_score",
    "D35": "crime_rate_per_1000",
    "D36": "satisfied_with_neighbourhood_pct satisfied_with_home_pct",
    "D37": "satisfied_with_green_pct",
    "D38": "sleep_disturbed_by_noise_pct",
    "D39": "distance_gp_km distance_supermarket_km distance_green_km",
    "D40": "activity_friendly_surroundings_score",
    "D41": "sexual_gender_minority_young_adults_pct",
    "O1": "youth_care_use_pct",
    "O2": "youth_care_with_residence_pct",
    "O3": "youth_protection_pct youth_probation_pct",
    "O4": "wmo_clients_per_1000",
    "O5": "ggz_patients_per_10000",
    "O6": "ggz_costs_per_insured_eur",
    "O7": "gp_mental_contacts_per_10000 poh_ggz_patients_per_10000",
    "O8": "antidepressants_users_pct",
    "O9": "psycholeptics_users_pct stimulants_users_pct",
    "O10": "ggz_waiting_time_weeks",
    "O11": "suicide_deaths_per_100k",
    "O12": "suicide_attempt_ever_young_adults_pct",
    "O13": "school_truancy_pct school_absence_sick_pct",
    "O14": "early_school_leaving_pct",
    "O15": "sickness_absence_pct",
    "O16": "disability_benefit_mental_count",
    "O17": "work_limitation_pct",
    "O18": "confused_behaviour_reports_per_10000",
    "O19": "compulsory_care_wvggz_count",
    "O20": "health_care_costs_per_insured_eur",
    "O21": "social_shelter_count",
    "O22": "disease_burden_daly",
    "O23": "not_in_education_or_work_pct",
}
MARTS = {"I": "indicator", "D": "determinant", "O": "outcome"}
# Concepts that describe who lives somewhere or what care is used: more is neither better nor worse.
NEUTRAL = ["D9", "D11", "D12", "D13", "D14", "D18", "D41", "O1", "O4", "O5", "O6", "O7", "O8", "O9", "O20"]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT_ROOT / "catalogue")


def test_concepts__are_all_there() -> None:
    numbered = [
        f"{letter}{n}" for letter, last in (("I", 30), ("D", 41), ("O", 23)) for n in range(1, last + 1)
    ]
    assert list(CONCEPTS) == numbered


@for_each("concept", CONCEPTS)
def test_concept__has_figures_or_a_reason_why_not(catalogue: Catalogue, concept: str) -> None:
    for key in CONCEPTS[concept].split():
        indicator = catalogue.indicators[key]
        assert MARTS[concept[0]] in (indicator.mart, indicator.also_class), key
        assert indicator.status in ("active", "no_data"), key
        assert (indicator.gap_reason is None) == (indicator.status == "active"), key
        if concept in NEUTRAL:
            assert indicator.polarity == "neutral", f"{key} is coloured good or bad"


def test_sources__each_is_read_by_an_indicator_or_gives_regions_or_people(catalogue: Catalogue) -> None:
    active = [i for i in catalogue.indicators.values() if i.status == "active"]
    read = {s.source_id for i in active for s in (*catalogue.sources_of(i), *catalogue.official_of(i))}
    regions = {key for key in catalogue.sources if key.startswith(("pdok_", "cbs_regions_", "ml_"))}
    # Head counts by sex and age have a table of their own, core.fct_population, and are no indicator.
    people = {"cbs_population_03759ned"}
    # Where postcodes lie is told by core.bridge_postcode_region.
    postcodes = {"cbs_postcodes_2024"}
    others = set(catalogue.sources) - read - regions - people - postcodes
    # Tables that say again what another says: kept so that their figures can be compared, never shown beside each other.
    assert others <= {"cbs_regional_figures_70072ned", "cbs_deaths_80202ned", "cbs_wmo_85994ned"}, others


def test_statline_tables__of_the_demo_are_those_with_a_reader(catalogue: Catalogue) -> None:
    tables = {s.reader.table for s in catalogue.sources.values() if s.reader.table}
    assert {table.id for table in TABLES} <= tables


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "found"),
    [
        ("indicators/outcome/wmo_aids_per_1000.yml", "  per: 1000\n", "", "definition", "needs among and per"),
        ("indicators/outcome/early_school_leaving_pct.yml", "interval: none", "interval: byar", "definition", "needs among"),
        ("indicators/determinant/smoking_pct.yml", "cbs_health_monitor", "cbs_monitor", "definition.official", "cbs_monitor"),
        ("indicators/determinant/age_0_14_pct.yml", "interval: wilson", "interval: source", "definition", "does not have"),
        ("indicators/determinant/age_0_14_pct.yml", "interval: wilson", "interval: clopper", "definition.interval", "wilson"),
        ("dimensions/predictors.yml", "[women_pct]", "[womenpct]", "sex.indicators", "women_pct"),
        ("sources/rivm_health_50120ned.yml", "  - urbanity", "  - urbanness", "model_predictors", "urbanity"),
    ],
)  # fmt: skip
def test_intervals_and_predictors__that_cannot_be_are_refused(
    tmp_path: Path, file: str, old: str, new: str, where: str, found: str
) -> None:
    folder = Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        load_catalogue(folder)
    assert caught.value.subject == f"catalogue/{file}" and caught.value.where == where
    assert found in caught.value.sentence("en")


def test_circular_pairs__of_an_estimate_are_its_predictors_and_the_other_estimates(
    catalogue: Catalogue,
) -> None:
    used = {key: catalogue.sources_of(indicator) for key, indicator in catalogue.indicators.items()}
    rows = circular_pairs(catalogue, used)
    by_pair = {(row["indicator_id"], row["other_indicator_id"]): row for row in rows}
    assert len(by_pair) == len(rows)
    assert by_pair["loneliness_djg_pct", "ses_woa_score"]["guard"] == "circular_pair"
    assert by_pair["loneliness_djg_pct", "high_stress_4w_pct"]["guard"] == "shared_predictors"
    assert ("loneliness_djg_pct", "crime_rate_per_1000") not in by_pair
    assert not [key for key in by_pair if key[0] == key[1]]
    counted = {key for key, sources in used.items() if not any(s.is_model_estimate for s in sources)}
    assert not [key for key in by_pair if set(key) <= counted]
