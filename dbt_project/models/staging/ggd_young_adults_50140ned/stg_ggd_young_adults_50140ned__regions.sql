with named as (

    select * from {{ source('region_names', 'ggd_young_adults_50140ned_names') }}

),

final as (

    select
        {{ region_code('key') }} as region_code,
        trim(title) as region_name
    from named

)

select * from final
