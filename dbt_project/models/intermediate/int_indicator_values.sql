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
        indicators.min_denominator,
        indicators.interval_method,
        indicators.unit,
        count(*) over (partition by indicators.indicator_id) as n_sources
    from {{ ref('stg_catalogue__indicators') }} as indicators
    inner join {{ ref('stg_catalogue__indicator_sources') }} as sources
        on indicators.indicator_id = sources.indicator_id
    where indicators.status = 'active'

),

passed_through as (

    select
        indicators.indicator_id,
        indicators.preference,
        indicators.n_sources,
        indicators.interval_method,
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

-- Few measures stand below a line: only those are held in memory to be looked up.
denominators as (

    select
        observations.source_id,
        observations.measure_code,
        observations.region_id,
        observations.period_id,
        observations.sex,
        observations.age_band,
        observations.value,
        observations.value_status,
        observations.suppression_reason,
        observations.withheld_by
    from observations
    where (observations.source_id, observations.measure_code) in (
        select (indicators.source_id, indicators.denominator_code)
        from indicators
        where indicators.method = 'ratio'
    )

),

ratio_terms as (

    select
        indicators.indicator_id,
        indicators.preference,
        indicators.n_sources,
        indicators.interval_method,
        indicators.multiplier,
        indicators.min_denominator,
        observations.*,
        denominators.value as denominator_value,
        denominators.value_status as denominator_status,
        denominators.suppression_reason as denominator_reason,
        denominators.withheld_by as denominator_withheld_by
    from observations
    inner join indicators
        on
            observations.source_id = indicators.source_id
            and observations.measure_code = indicators.measure_code
    left join denominators
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
        n_sources,
        interval_method,
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
        case
            when not denominator_value >= min_denominator then null
            when interval_method = 'wilson' then {{ wilson_lower('value', 'denominator_value', multiplier='multiplier') }}
            when interval_method = 'byar' then {{ rate(byar_lower('value'), 'denominator_value', 'multiplier') }}
        end as lower,
        case
            when not denominator_value >= min_denominator then null
            when interval_method = 'wilson' then {{ wilson_upper('value', 'denominator_value', multiplier='multiplier') }}
            when interval_method = 'byar' then {{ rate(byar_upper('value'), 'denominator_value', 'multiplier') }}
        end as upper,
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
            when denominator_value is null then coalesce(denominator_reason, 'not_delivered')
            when denominator_value = 0 then 'no_denominator'
            when denominator_value < min_denominator then 'too_few_cases'
        end as suppression_reason,
        case
            when value is null then withheld_by
            when denominator_value is null then coalesce(denominator_withheld_by, 'publisher')
            when denominator_value = 0 then 'nobody'
            when denominator_value < min_denominator then 'workplace'
        end as withheld_by,
        quality_flag,
        is_model_estimate,
        snapshot_id
    from ratio_terms

),

unioned as (

    select * from passed_through
    union all by name
    select * from ratios

),

-- One fact wins per concept: cells that two editions of a series tell about, with the edition that is preferred.
contested as (

    select
        indicators.indicator_id,
        observations.region_code,
        observations.period_id,
        observations.sex,
        observations.age_band,
        min(indicators.preference) as preference
    from observations
    inner join indicators
        on
            observations.source_id = indicators.source_id
            and observations.measure_code = indicators.measure_code
    where indicators.n_sources > 1
    group by all
    having count(distinct indicators.preference) > 1

),

kept as (

    select unioned.*
    from unioned
    left join contested
        on
            unioned.n_sources > 1
            and unioned.indicator_id = contested.indicator_id
            and unioned.region_code = contested.region_code
            and unioned.period_id = contested.period_id
            and unioned.sex = contested.sex
            and unioned.age_band = contested.age_band
    where contested.preference is null or unioned.preference = contested.preference

),

final as (

    select
        * exclude (preference, n_sources, interval_method),
        case
            when value is null then 'none'
            when lower is not null and upper is not null
                then if(interval_method in ('wilson', 'byar'), 'computed', 'delivered')
            when interval_method = 'source' then 'not_delivered'
            else 'none'
        end as interval_status
    from kept

)

select * from final
