with declared as (

    select * from {{ source('catalogue', 'areas') }}

),

final as (

    select
        cast(area_level as {{ text_type() }}) as region_level,
        cast(area_code as {{ text_type() }}) as region_code,
        cast(area_name as {{ text_type() }}) as region_name,
        cast(spelling as {{ text_type() }}) as spelling,
        cast(gemeente_code as {{ text_type() }}) as gemeente_code
    from declared

)

select * from final
