select
    model_id,
    run_id,
    subgroup,
    category,
    people,
    events,
    is_shown,
    auroc,
    auroc_lower,
    auroc_upper,
    observed_expected,
    observed_expected_lower,
    observed_expected_upper
from {{ source('ml_risk_areas_account', 'ml_subgroups') }}
