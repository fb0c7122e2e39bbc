select
    model_id,
    run_id,
    region_code,
    region_level,
    year,
    value,
    lower_90,
    upper_90,
    expected,
    expected_lower,
    expected_upper,
    top_tenth,
    people,
    participants,
    reason
from {{ source('ml_risk_areas_account', 'ml_areas') }}
