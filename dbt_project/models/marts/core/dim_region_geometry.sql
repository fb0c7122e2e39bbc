with polygons as (

    select * from {{ ref('stg_pdok__regions') }}

),

final as (

    select
        region_code || '@' || region_vintage as region_id,
        region_code,
        cast(region_vintage as integer) as region_vintage,
        region_level,
        region_name,
        geometry_geojson
    from polygons

)

select * from final
order by region_vintage, region_level, region_code
