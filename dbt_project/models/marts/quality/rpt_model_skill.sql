select
    model_id,
    run_id,
    competitor,
    evaluation,
    metric,
    value,
    lower,
    upper
from {{ source('ml_risk_areas_account', 'ml_skill') }}
