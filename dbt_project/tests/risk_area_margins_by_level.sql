-- One estimate stands with a 90 % margin in the account and, in whole per cents, with a 95 % margin in the marts: neither
-- may carry the margin of the other.
select
    told.model_id,
    told.region_code,
    told.lower_90,
    told.upper_90,
    delivered.lower_95,
    delivered.upper_95,
    mart.lower as mart_lower,
    mart.upper as mart_upper
from {{ ref('rpt_risk_area') }} as told
inner join {{ source('ml_risk_areas_account', 'ml_areas') }} as delivered
    on told.model_id = delivered.model_id and told.region_code = delivered.region_code
inner join {{ ref('dim_model') }} as model
    on told.model_id = model.model_id
left join {{ ref('fct_observation') }} as mart
    on
        model.indicator_id = mart.indicator_id
        and told.region_code = mart.region_code
        and told.region_level = mart.region_level
where
    told.value is not null
    and not coalesce(
        delivered.lower_95 < told.lower_90 and told.lower_90 < told.value
        and told.value < told.upper_90 and told.upper_90 < delivered.upper_95
        and abs(mart.value - told.value) <= 0.5
        and abs(mart.lower - delivered.lower_95) <= 0.5
        and abs(mart.upper - delivered.upper_95) <= 0.5,
        false
    )
