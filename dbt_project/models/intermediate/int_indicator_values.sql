with observations as (

    select * from {{ ref('int_observations__regionalised') }}

),

indicators as (

    select
        indicators.indicator_id,
        sources.source_id,
        sources.preference,
        indicators.measure_code,
        indicators.denominator_code,
        indicators.method,
        indicators.multiplier,
        indicators.min_denominator
    from {{ ref('stg_catalogue__indicators') }} as indicators
    inner join {{ ref('stg_catalogue__indicator_sources') }} as sources
        on indicators.indicator_id = sources.indicator_id
    where indicators.status = 'active'

),

passed_through as (

    select
        indicators.indicator_id,
        indicators.preference,
        observations.* replace (
            observations.value * indicators.multiplier as value,
            observations.lower * indicators.multiplier as lower,
            observations.upper * indicators.multiplier as upper
        )
    from observations
    inner join indicators
        on
            observations.source_id = indicators.source_id
            and observations.measure_code = indicators.measure_code
    where indicators.method = 'passthrough'

),

ratio_terms as (

    select
        indicators.indicator_id,
        indicators.preference,
        indicators.multiplier,
        indicators.min_denominator,
        observations.*,
        denominators.value as denominator_value,
        denominators.value_status as denominator_status,
        denominators.suppression_reason as denominator_reason
    from observations
    inner join indicators
        on
            observations.source_id = indicators.source_id
            and observations.measure_code = indicators.measure_code
    left join observations as denominators
        on
            indicators.source_id = denominators.source_id
            and indicators.denominator_code = denominators.measure_code
            and observations.region_id = denominators.region_id
            and observations.period_id = denominators.period_id
            and observations.sex = denominators.sex
            and observations.age_band = denominators.age_band
    where indicators.method = 'ratio'

),

ratios as (

    select
        indicator_id,
        preference,
        source_id,
        measure_code,
        region_code,
        region_level,
        region_vintage,
        region_id,
        period_id,
        period_start,
        period_end,
        year,
        sex,
        age_band,
        case
            when denominator_value >= min_denominator then {{ safe_divide('value', 'denominator_value') }} * multiplier
        end as value,
        cast(null as double) as lower,
        cast(null as double) as upper,
        -- The count beside a withheld ratio would give it away.
        case when denominator_value = 0 or denominator_value >= min_denominator or denominator_value is null then value end
            as numerator,
        denominator_value as denominator,
        -- The first term that is absent tells why; with nothing to divide by there is no value, with little it is withheld.
        case
            when value is null then value_status
            when denominator_value is null then coalesce(denominator_status, 'missing')
            when denominator_value = 0 then 'missing'
            when denominator_value < min_denominator then 'suppressed'
            else value_status
        end as value_status,
        case
            when value is null then suppression_reason
            when denominator_value is null then denominator_reason
            when denominator_value > 0 and denominator_value < min_denominator then 'too_few_cases'
        end as suppression_reason,
        is_model_estimate,
        snapshot_id
    from ratio_terms

),

unioned as (

    select * from passed_through
    union all
    select * from ratios

),

final as (

    select * exclude (preference)
    from unioned
    -- One fact wins per concept: what a less preferred edition says of the same year is left out.
    qualify
        preference = min(preference) over (partition by indicator_id, region_code, period_id, sex, age_band)

)

select * from final
