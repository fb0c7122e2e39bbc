select
    model_id,
    run_id,
    topic,
    title_nl,
    title_en,
    share,
    loss,
    lower,
    upper,
    rank,
    rank_lower,
    rank_upper,
    is_floor
from {{ source('ml_risk_areas_account', 'ml_contributions') }}
