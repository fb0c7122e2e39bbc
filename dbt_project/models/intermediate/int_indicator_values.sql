-- Long because a figure is made in one place: delivered or divided, with its margin, by the edition that wins.
with observations as {{ not_materialized() }}(

    select * from {{ ref('int_observations__regionalised') }}

),

indicators as {{ not_materialized() }}(

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
        indicators.counted_per,
        indicators.unit,
        count(*) over (partition by indicators.indicator_id) as n_sources
    from {{ ref('stg_catalogue__indicators') }} as indicators
    inner join {{ ref('stg_catalogue__indicator_sources') }} as sources
        on indicators.indicator_id = sources.indicator_id
    where indicators.status = 'active'

),

people as {{ not_materialized() }}(

    select
        *,
        count(*) over (partition by indicator_id) as parts
    from {{ ref('stg_catalogue__indicator_people') }}

),

-- Among whom a delivered share or rate was counted: the measures that add up to them, where all of them are known.
counted_among as (

    select
        people.indicator_id,
        observations.source_id,
        observations.region_id,
        observations.period_id,
        observations.sex,
        observations.age_band,
        sum(people.weight * observations.value {{ in_order('people.measure_code') }}) as n_people
    from people
    inner join indicators on people.indicator_id = indicators.indicator_id
    inner join observations
        on
            indicators.source_id = observations.source_id
            and people.measure_code = observations.measure_code
    group by all
    having count(observations.value) = {{ some_value('people.parts') }}

),

-- Inhabitants, where a table tells only that: of the classification nearest to now.
residents as (

    select
        region_code,
        {{ value_at_most('population', 'region_vintage') }} as population
    from {{ ref('int_regions__listed') }}
    where population is not null
    group by region_code

),

delivered as (

    select
        indicators.indicator_id,
        indicators.preference,
        indicators.n_sources,
        indicators.interval_method,
        indicators.counted_per,
        {{ star_replacing(['value', 'lower', 'upper'], of='observations') }}
            observations.value * indicators.multiplier as value,
            observations.lower * indicators.multiplier as lower,
            observations.upper * indicators.multiplier as upper
        {{ replaced() }},
        if(
            indicators.interval_method in ('wilson', 'byar') and not observations.is_model_estimate,
            coalesce(counted_among.n_people, if(people.measure_code is null, null, people.weight * residents.population)), null
        ) as n_people
    from observations
    inner join indicators
        on
            observations.source_id = indicators.source_id
            and observations.measure_code = indicators.measure_code
    left join counted_among
        on
            indicators.indicator_id = counted_among.indicator_id
            and observations.source_id = counted_among.source_id
            and observations.region_id = counted_among.region_id
            and observations.period_id = counted_among.period_id
            and observations.sex = counted_among.sex
            and observations.age_band = counted_among.age_band
    left join people
        on indicators.indicator_id = people.indicator_id and people.measure_code = 'residents'
    left join residents on observations.region_code = residents.region_code
    where indicators.method = 'passthrough'

),

-- A count that was delivered as a share or rate has the margin of that count; a whole number, as Byar's limits need one.
passed_through as (

    select
        {{ star_replacing(['lower', 'upper', 'denominator'], without=['n_people', 'counted_per']) }}
            case
                when n_people is null or value is null then lower
                when interval_method = 'wilson'
                    then {{ wilson_lower('(value * n_people / counted_per)', 'n_people', multiplier='counted_per') }}
                else {{ rate(byar_lower('round(value * n_people / counted_per)'), 'n_people', 'counted_per') }}
            end as lower,
            case
                when n_people is null or value is null then upper
                when interval_method = 'wilson'
                    then {{ wilson_upper('(value * n_people / counted_per)', 'n_people', multiplier='counted_per') }}
                else {{ rate(byar_upper('round(value * n_people / counted_per)'), 'n_people', 'counted_per') }}
            end as upper,
            coalesce(n_people, denominator) as denominator
        {{ replaced() }}
    from delivered

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
        select {{ pair('indicators.source_id', 'indicators.denominator_code') }}
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

unioned as {{ not_materialized() }}(

    {{ union_by_name(['passed_through', 'ratios'], columns=[
        'indicator_id', 'preference', 'n_sources', 'interval_method', 'source_id', 'measure_code', 'region_code', 'region_level',
        'region_vintage', 'region_id', 'period_id', 'period_start', 'period_end', 'year', 'sex', 'age_band', 'value', 'lower', 'upper',
        'numerator', 'denominator', 'value_status', 'suppression_reason', 'withheld_by', 'quality_flag', 'is_model_estimate',
        'snapshot_id'
    ]) }}

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
    having min(indicators.preference) < max(indicators.preference)

),

kept as (

    select unioned.*
    from unioned
    left join contested
        on
            if(unioned.n_sources > 1, unioned.indicator_id, null) = contested.indicator_id
            and unioned.region_code = contested.region_code
            and unioned.period_id = contested.period_id
            and unioned.sex = contested.sex
            and unioned.age_band = contested.age_band
    where contested.preference is null or unioned.preference = contested.preference

),

-- The mean of estimates that an official figure came before: what estimates of areas are to be held against.
stood_back as (

    select
        unioned.indicator_id,
        unioned.region_code,
        unioned.period_id,
        unioned.sex,
        unioned.age_band,
        {{ some_value('unioned.value') }} as mean_of_estimates
    from unioned
    inner join contested
        on
            unioned.indicator_id = contested.indicator_id
            and unioned.region_code = contested.region_code
            and unioned.period_id = contested.period_id
            and unioned.sex = contested.sex
            and unioned.age_band = contested.age_band
    where unioned.is_model_estimate and unioned.preference > contested.preference
    group by all

),

final as (

    select
        {{ star_without(['preference', 'n_sources', 'interval_method'], of='kept') }},  -- noqa: RF02
        if(kept.is_model_estimate, null, stood_back.mean_of_estimates) as mean_of_estimates,
        case
            when kept.value is null then 'none'
            when kept.lower is not null and kept.upper is not null
                then if(kept.interval_method in ('wilson', 'byar'), 'computed', 'delivered')
            when kept.interval_method = 'source' then 'not_delivered'
            else 'none'
        end as interval_status
    from kept
    left join stood_back
        on
            kept.indicator_id = stood_back.indicator_id
            and kept.region_code = stood_back.region_code
            and kept.period_id = stood_back.period_id
            and kept.sex = stood_back.sex
            and kept.age_band = stood_back.age_band

)

select * from final
