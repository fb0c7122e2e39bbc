with declared as (

    select * from {{ source('catalogue', 'region_crosswalks') }}

),

final as (

    select
        region_level,
        from_code,
        from_name,
        from_vintage,
        to_code,
        to_vintage,
        weight,
        method,
        is_estimated,
        source
    from declared

)

select * from final
