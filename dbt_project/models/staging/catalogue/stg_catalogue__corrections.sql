with declared as (

    select * from {{ source('catalogue', 'corrections') }}

),

final as (

    select
        correction_id,
        source_id,
        measure_code,
        region_code,
        period_id,
        age_band,
        action,
        new_value,
        factor,
        expected_value,
        reason
    from declared

)

select * from final
