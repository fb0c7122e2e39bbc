with declared as (

    select * from {{ source('catalogue', 'areas') }}

),

final as (

    select
        cast(area_level as varchar) as region_level,
        cast(area_code as varchar) as region_code,
        cast(area_name as varchar) as region_name,
        cast(spelling as varchar) as spelling,
        cast(gemeente_code as varchar) as gemeente_code
    from declared

)

select * from final
