with people as (

    select * from {{ ref('stg_cbs_population_03759ned__population') }}

),

regions as (

    select
        region_id,
        region_code,
        region_vintage
    from {{ ref('dim_region') }}

),

-- The table is in the classification of its own year; the country and provinces may be known of an earlier one only.
final as (

    select
        people.source_id,
        people.region_code,
        people.region_level,
        regions.region_vintage,
        regions.region_id,
        cast(people.year as {{ text_type() }}) as period_id,
        people.year,
        people.sex,
        people.age_band,
        people.age_from,
        people.people,
        people.snapshot_id
    from {{ latest_before('people', 'regions', key='region_code', at='year', since='region_vintage') }}

)

select * from final
