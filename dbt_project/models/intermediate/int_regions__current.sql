{#- The classification that figures are restated to, per level: the newest one of which the areas are followed and delivered. -#}
{{ config(materialized='table') }}

with observed as (

    select max(region_vintage) as region_vintage
    from {{ ref('int_observations__unioned') }}
    where region_level = 'gemeente'

),

wijk_vintages as (

    select max(region_vintage) as region_vintage
    from {{ ref('stg_catalogue__crosswalk_vintages') }}
    where region_level = 'wijk'

),

final as (

    select
        'gemeente' as region_level,
        cast(least(region_vintage, {{ var('last_vintage') }}) as integer) as region_vintage
    from observed
    where region_vintage is not null
    union all
    select
        'wijk' as region_level,
        cast(region_vintage as integer) as region_vintage
    from wijk_vintages
    where region_vintage is not null

)

select * from final
