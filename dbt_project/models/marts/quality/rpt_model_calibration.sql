select
    model_id,
    run_id,
    cast(bin as bigint) + 1 as tenth,
    cast(n as bigint) as people,
    predicted,
    observed,
    lower,
    upper
from {{ source('ml_risk_areas_account', 'ml_calibration') }}
