-- What the analyst's table says of every figure, without the texts of its indicator: these stand beside it in mart.obs, so that
-- another title does not mean that all figures are worked out again.
{{ config(materialized='table', meta={'in_parts': {'by': 'indicator_id', 'of': 'int_observations__current'}}) }}

with observations as {{ not_materialized() }}(

    select * from {{ ref('int_observations__current') }}
    where {{ in_part('indicator_id') }}

),

indicators as {{ not_materialized() }}(

    select
        indicator_id,
        age_band,
        counted_per,
        interval_method,
        polarity
    from {{ ref('dim_indicator') }}
    where is_public

),

trends as {{ not_materialized() }}(

    select * from {{ ref('int_series__trends') }}
    where {{ in_part('indicator_id') }}

),

country as (

    select
        indicator_id,
        year,
        age_band,
        sex,
        value,
        value_status,
        mean_of_estimates
    from observations
    -- Its code says no more than its level, but tells the engine how few these are: else all figures are held to look them up.
    where region_level = 'country' and region_code = 'NL00' and value is not null

),

-- The classification of now may be too new for a count: then the latest that is known of the same code serves as a weight.
populations as (

    select
        region_code,
        {{ value_at_most('population', 'region_vintage') }} as population
    from {{ ref('dim_region') }}
    where population is not null
    group by region_code

),

beside as {{ not_materialized() }}(

    select
        observations.*,
        indicators.polarity,
        observations.age_band = indicators.age_band and observations.sex = 'total' as is_default,
        -- An estimate is held against the mean of estimates: the survey itself may lie tenths from it.
        if(observations.is_model_estimate, coalesce(country.mean_of_estimates, country.value), country.value)
            as comparator_value,
        if(
            observations.is_model_estimate and country.mean_of_estimates is not null, 'modelled', country.value_status
        ) as comparator_status,
        {{ chance_error('country.value', 'observations.denominator', 'indicators.interval_method', 'indicators.counted_per') }}
            as error
    from observations
    inner join indicators on observations.indicator_id = indicators.indicator_id
    left join country
        on
            -- The country is not held against itself. As a condition apart every figure would be laid beside every other.
            if(observations.region_level = 'country', null, observations.indicator_id) = country.indicator_id
            and observations.year = country.year
            and observations.age_band = country.age_band
            and observations.sex = country.sex

),

-- Registers count everybody, so that chance sets hardly any area apart: these are held against the spread between areas.
scored as {{ not_materialized() }}(

    select
        indicator_id,
        region_level,
        year,
        age_band,
        sex,
        error,
        (value - comparator_value) / error as z
    from beside
    where error > 0 and value is not null

),

ends as (

    select
        indicator_id,
        region_level,
        year,
        age_band,
        sex,
        {{ quantile('z', 0.1) }} as low,
        {{ quantile('z', 0.9) }} as high
    from scored
    group by indicator_id, region_level, year, age_band, sex

),

spreads as (

    select
        scored.indicator_id,
        scored.region_level,
        scored.year,
        scored.age_band,
        scored.sex,
        {{ between_variance('scored.z', 'ends.low', 'ends.high', 'scored.error') }} as between_variance
    from scored
    inner join ends
        on
            scored.indicator_id = ends.indicator_id
            and scored.region_level = ends.region_level
            and scored.year = ends.year
            and scored.age_band = ends.age_band
            and scored.sex = ends.sex
    group by scored.indicator_id, scored.region_level, scored.year, scored.age_band, scored.sex

),

final as (

    select
        beside.indicator_id,
        beside.region_code,
        regions.region_name,
        beside.region_level,
        regions.gemeente_code,
        regions.gemeente_name,
        regions.province_name,
        regions.ggd_region_name,
        coalesce(regions.population, populations.population) as population,
        regions.is_focus,
        beside.year,
        beside.period_start,
        beside.period_end,
        beside.age_band,
        beside.sex,
        beside.is_default,
        beside.value,
        beside.lower,
        beside.upper,
        beside.interval_status,
        beside.numerator,
        beside.denominator,
        beside.value_status,
        beside.suppression_reason,
        beside.withheld_by,
        beside.quality_flag,
        beside.is_model_estimate,
        beside.is_restated,
        beside.from_region_codes,
        beside.boundaries,
        if(beside.comparator_value is null, null, 'NL00') as comparator_code,
        beside.comparator_value,
        beside.comparator_status,
        case
            when beside.value is null then 'not_tested'
            when beside.error is not null
                then
                    {{ significance_beside_spread(
                        'beside.value', 'beside.comparator_value', 'beside.error', 'spreads.between_variance', 'beside.polarity'
                    ) }}
            else {{ significance_class('beside.lower', 'beside.upper', 'beside.comparator_value', 'beside.polarity') }}
        end as significance,
        case
            when beside.value is null or beside.comparator_value is null then 'none'
            when beside.error is not null then 'spread'
            when beside.lower is not null and beside.upper is not null then 'margin'
            else 'none'
        end as significance_by,
        case
            when beside.is_model_estimate then 'cannot_be_calculated'
            else coalesce(trends.trend, 'cannot_be_calculated')
        end as trend,
        case
            when beside.is_model_estimate then 'modelled_series'
            else coalesce(trends.trend_reason, 'fewer_than_5_points')
        end as trend_reason,
        beside.source_id,
        beside.region_id,
        cast(beside.region_vintage as integer) as delivered_vintage,
        beside.snapshot_id
    from beside
    inner join {{ ref('dim_region') }} as regions on beside.region_id = regions.region_id
    left join populations on beside.region_code = populations.region_code
    left join spreads
        on
            beside.indicator_id = spreads.indicator_id
            and beside.region_level = spreads.region_level
            and beside.year = spreads.year
            and beside.age_band = spreads.age_band
            and beside.sex = spreads.sex
    left join trends
        on
            beside.indicator_id = trends.indicator_id
            and beside.region_code = trends.region_code
            and beside.age_band = trends.age_band
            and beside.sex = trends.sex

)

select * from final
