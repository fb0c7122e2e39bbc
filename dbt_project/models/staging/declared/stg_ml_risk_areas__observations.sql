with declared as (

    select * from (
        {{ declared_observations('ml_risk_areas', period='period_code', margins='margin_code') | indent(8) }}
    )

),

-- No value means that the model was not sure enough to speak, not that somebody hid it.
final as (

    select
        * replace (
            if(value is null, 'missing', value_status) as value_status,
            if(value is null, 'model_abstains', suppression_reason) as suppression_reason
        )
    from declared

)

select * from final
