with declared as (

    select * from {{ source('catalogue', 'indicator_breaks') }}

),

final as (

    select distinct
        cast(indicator_id as {{ text_type() }}) as indicator_id,
        cast(first_year as integer) as first_year
    from declared

)

select * from final
