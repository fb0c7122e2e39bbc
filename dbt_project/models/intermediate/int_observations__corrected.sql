with observations as (

    select * from {{ ref('int_observations__unioned') }}

),

corrections as (

    select * from {{ ref('stg_catalogue__corrections') }}

),

matched as (

    select
        observations.*,
        corrections.action,
        corrections.new_value,
        corrections.factor
    from observations
    left join corrections
        on
            observations.source_id = corrections.source_id
            and observations.measure_code = corrections.measure_code
            and corrections.region_code in ('*', observations.region_code)
            and corrections.period_id in ('*', {{ period_id('observations.period_start', 'observations.period_end') }})
            and corrections.age_band in ('*', observations.age_band)
            -- The guard: once the provider delivers another value, the correction rests.
            and (corrections.expected_value is null or abs(observations.value - corrections.expected_value) < 1e-9)

),

final as (

    select
        source_id,
        measure_code,
        region_code,
        region_level,
        region_vintage,
        period_start,
        period_end,
        period_grain,
        sex,
        age_band,
        case action when 'drop' then null when 'override' then new_value when 'scale' then value * factor else value end as value,
        case when action in ('drop', 'override') then null when action = 'scale' then lower * factor else lower end as lower,
        case when action in ('drop', 'override') then null when action = 'scale' then upper * factor else upper end as upper,
        numerator,
        denominator,
        case action
            when 'drop' then 'suppressed'
            when 'override' then 'imputed'
            else value_status
        end as value_status,
        case action when 'drop' then 'source_unreliable' when 'override' then null else suppression_reason end
            as suppression_reason,
        -- Apart from the status: what a reader has to know of a figure says nothing of how it came about.
        case action
            when 'drop' then 'dropped'
            when 'override' then 'corrected'
            when 'scale' then 'corrected'
            when 'flag' then 'flagged'
            else 'none'
        end as quality_flag,
        snapshot_id
    from matched

)

select * from final
