with bridge as (

    select * from {{ ref('bridge_region_vintage') }}

),

current_vintages as (

    select * from {{ ref('int_regions__current') }}

),

regions as (

    select
        region_id,
        region_name
    from {{ ref('dim_region') }}

),

lives as (

    select
        gemeente_code,
        ended_on
    from {{ ref('stg_catalogue__gemeente_lives') }}

),

-- From the last classification in which a code existed to the current one, where it exists no longer.
to_current as (

    select bridge.*
    from bridge
    inner join current_vintages
        on bridge.region_level = current_vintages.region_level and bridge.to_vintage = current_vintages.region_vintage
    left join regions on bridge.from_code || '@' || bridge.to_vintage = regions.region_id
    where regions.region_id is null
    qualify bridge.from_vintage = max(bridge.from_vintage) over (partition by bridge.from_code)

),

first_gone as (

    select
        to_current.from_code,
        min(current_and_between.to_vintage) as gone_since
    from to_current
    inner join bridge as current_and_between on to_current.from_region_id = current_and_between.from_region_id
    group by to_current.from_code

),

final as (

    select
        to_current.from_code as region_code,
        before.region_name,
        to_current.region_level,
        to_current.from_vintage as last_vintage,
        coalesce(lives.ended_on, make_date(first_gone.gone_since, 1, 1)) as ended_on,
        to_current.to_code as successor_code,
        after.region_name as successor_name,
        to_current.to_vintage as successor_vintage,
        to_current.weight,
        to_current.is_estimated
    from to_current
    inner join regions as before on to_current.from_region_id = before.region_id
    inner join regions as after on to_current.to_region_id = after.region_id
    left join first_gone on to_current.from_code = first_gone.from_code
    left join lives on to_current.from_code = lives.gemeente_code

)

select * from final
order by region_code asc, weight desc, successor_code asc
