{{ config(materialized='table') }}

with gemeenten_2022 as (

    select
        2022 as region_vintage,
        region_code,
        region_name,
        geometry_geojson,
        properties_json
    from {{ source('deliveries', 'pdok_gemeente_2022') }}

),

wijken_2022 as (

    select
        2022 as region_vintage,
        region_code,
        region_name,
        geometry_geojson,
        properties_json
    from {{ source('deliveries', 'pdok_wijk_2022') }}

),

buurten_2022 as (

    select
        2022 as region_vintage,
        region_code,
        region_name,
        geometry_geojson,
        properties_json
    from {{ source('deliveries', 'pdok_buurt_2022') }}

),

wijken_2024 as (

    select
        2024 as region_vintage,
        region_code,
        region_name,
        geometry_geojson,
        properties_json
    from {{ source('deliveries', 'pdok_wijk_2024') }}

),

unioned as (

    select * from gemeenten_2022
    union all
    select * from wijken_2022
    union all
    select * from buurten_2022
    union all
    select * from wijken_2024

),

described as (

    select
        trim(region_code) as region_code,
        region_vintage,
        trim(region_name) as region_name,
        {{ json_text('properties_json', 'gemeentenaam') }} as gemeente_name,
        coalesce(
            try_cast({{ json_text('properties_json', 'aantalInwoners') }} as double),
            try_cast({{ json_text('properties_json', 'aantal_inwoners') }} as double),
            try_cast({{ json_text('properties_json', 'population') }} as double)
        ) as population,
        geometry_geojson
    from unioned

),

final as (

    select
        region_code,
        region_vintage,
        {{ region_level('region_code') }} as region_level,
        region_name,
        gemeente_name,
        case when population >= 0 then population end as population,
        geometry_geojson
    from described
    -- 0998 stands for abroad.
    where substring(region_code, 3, 4) != '0998'

)

select * from final
