with declared as (

    select * from {{ source('catalogue', 'gemeente_lives') }}

),

final as (

    select
        gemeente_code,
        gemeente_name,
        first_vintage,
        last_vintage,
        ended_on,
        family
    from declared

)

select * from final
