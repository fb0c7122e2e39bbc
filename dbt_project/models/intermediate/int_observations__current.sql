{#- Every figure on the areas of now: as delivered where the area is what it was, restated where it is not. -#}
{{ config(materialized='table', meta={'in_parts': {'by': 'indicator_id', 'of': 'fct_observation'}}) }}

with regions as (

    select
        region_level,
        region_code,
        max(region_vintage) as region_vintage
    from {{ ref('dim_region') }}
    group by region_level, region_code

),

newest as (

    select
        region_level,
        max(region_vintage) as region_vintage
    from {{ ref('dim_region') }}
    group by region_level

),

-- The classification that is now, per level: that to which figures are restated, else the newest that is known.
now as (

    select
        newest.region_level,
        coalesce(restated_to.region_vintage, newest.region_vintage) as region_vintage
    from newest
    left join {{ ref('int_regions__current') }} as restated_to on newest.region_level = restated_to.region_level

),

current_regions as (

    select
        dim_region.region_level,
        dim_region.region_code,
        dim_region.region_id
    from {{ ref('dim_region') }} as dim_region
    inner join now
        on dim_region.region_level = now.region_level and dim_region.region_vintage = now.region_vintage
    union all
    -- Gemeenten that a source takes together have no classification of their own.
    select
        regions.region_level,
        regions.region_code,
        regions.region_code || '@' || regions.region_vintage as region_id
    from regions
    inner join now on regions.region_level = now.region_level and regions.region_vintage != now.region_vintage
    where left(regions.region_code, 2) = 'CG'

),

changed as (

    select
        region_code,
        from_vintage
    from {{ ref('fct_observation_restated') }}
    group by region_code, from_vintage

),

followed as (

    select distinct
        from_code,
        from_vintage
    from {{ ref('bridge_region_vintage') }}

),

as_delivered as (

    select
        {{ star_replacing(['region_id'], of='observations') }}current_regions.region_id as region_id{{ replaced() }},
        false as is_restated,
        cast(null as {{ text_type() }}) as from_region_codes,
        case
            when observations.region_level not in ('gemeente', 'wijk', 'buurt') then 'same'
            when observations.region_id = current_regions.region_id then 'same'
            when followed.from_code is not null or left(observations.region_code, 2) = 'CG' then 'same'
            else 'not_followed'
        end as boundaries
    from {{ ref('fct_observation') }} as observations
    inner join current_regions
        on
            observations.region_level = current_regions.region_level
            and observations.region_code = current_regions.region_code
    left join changed
        on
            observations.region_code = changed.region_code
            and observations.region_vintage = changed.from_vintage
    left join followed
        on
            observations.region_code = followed.from_code
            and observations.region_vintage = followed.from_vintage
    where changed.region_code is null and {{ in_part('observations.indicator_id') }}

),

restated as (

    select
        {{ star_without(['region_vintage', 'from_vintage', 'is_estimated'], of='observations') }},
        observations.from_vintage as region_vintage,
        true as is_restated,
        'restated' as boundaries
    from {{ ref('fct_observation_restated') }} as observations
    where {{ in_part('observations.indicator_id') }}

),

unioned as {{ not_materialized() }}(

    {{ union_by_name(['as_delivered', 'restated'], columns=[
        'indicator_id', 'source_id', 'measure_code', 'region_code', 'region_level', 'region_vintage', 'region_id', 'period_id',
        'period_start', 'period_end', 'year', 'sex', 'age_band', 'value', 'lower', 'upper', 'interval_status', 'numerator',
        'denominator', 'value_status', 'suppression_reason', 'withheld_by', 'quality_flag', 'is_model_estimate',
        'mean_of_estimates', 'snapshot_id', 'is_restated', 'from_region_codes', 'boundaries'
    ], absent={'restated': ['mean_of_estimates']}) }}

),

-- Where that can be: few figures, so that not every one has to be looked up beside all others.
mixed as (

    select
        indicator_id,
        region_level,
        year
    from unioned
    group by indicator_id, region_level, year
    having min(region_vintage) < max(region_vintage)

),

-- One year may be delivered on two classifications: the newest is nearest to the areas of now.
twice as (

    select
        unioned.indicator_id,
        unioned.region_code,
        unioned.year,
        unioned.age_band,
        unioned.sex,
        max(unioned.region_vintage) as region_vintage
    from unioned
    inner join mixed
        on
            unioned.indicator_id = mixed.indicator_id
            and unioned.region_level = mixed.region_level
            and unioned.year = mixed.year
    group by unioned.indicator_id, unioned.region_code, unioned.year, unioned.age_band, unioned.sex
    having count(*) > 1

),

final as (

    select unioned.*
    from unioned
    left join twice
        on
            unioned.indicator_id = twice.indicator_id
            and unioned.region_code = twice.region_code
            and unioned.year = twice.year
            and unioned.age_band = twice.age_band
            and unioned.sex = twice.sex
    where twice.indicator_id is null or unioned.region_vintage = twice.region_vintage

)

select * from final
