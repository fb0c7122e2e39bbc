with declared as (

    select * from {{ source('catalogue', 'focus') }}

),

final as (

    select
        region_level,
        region_code
    from declared

)

select * from final
