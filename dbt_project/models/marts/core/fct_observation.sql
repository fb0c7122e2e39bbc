with indicator_values as (

    select * from {{ ref('int_indicator_values') }}

),

final as (

    select
        indicator_id,
        source_id,
        measure_code,
        region_code,
        region_level,
        cast(region_vintage as integer) as region_vintage,
        region_id,
        period_id,
        period_start,
        period_end,
        cast(year as integer) as year,
        sex,
        age_band,
        value,
        lower,
        upper,
        interval_status,
        numerator,
        denominator,
        value_status,
        suppression_reason,
        withheld_by,
        quality_flag,
        is_model_estimate,
        mean_of_estimates,
        snapshot_id
    from indicator_values

)

select * from final
-- Not sorted: publishing does that, for the pages, and once is enough.
