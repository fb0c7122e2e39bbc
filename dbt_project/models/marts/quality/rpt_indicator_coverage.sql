with observations as (

    select * from {{ ref('fct_observation') }}

),

indicators as (

    select
        indicator_id,
        age_band,
        min_plausible,
        max_plausible
    from {{ ref('dim_indicator') }}

),

final as (

    select
        observations.indicator_id,
        observations.year,
        observations.region_level,
        count(*) as n_regions,
        count(observations.value) as n_values,
        count(*) filter (where observations.value_status = 'suppressed') as n_suppressed,
        count(*) filter (where observations.value_status = 'missing') as n_missing,
        min(observations.value) as min,
        max(observations.value) as max,
        -- In order: a sum of fractions differs in its last digits with the order in which they are added.
        avg(observations.value {{ in_order('observations.value') }}) as mean,
        coalesce(
            min(observations.value) >= {{ some_value('indicators.min_plausible') }}
            and max(observations.value) <= {{ some_value('indicators.max_plausible') }}, true
        ) as plausible
    from observations
    -- The age band that stands for the indicator's whole population, so that a region counts once.
    inner join indicators
        on
            observations.indicator_id = indicators.indicator_id
            and observations.age_band = indicators.age_band
    where observations.sex = 'total'
    group by observations.indicator_id, observations.year, observations.region_level

)

select * from final
order by indicator_id, year, region_level
