with declared as (

    select * from {{ source('catalogue', 'indicator_people') }}

),

final as (

    select
        cast(indicator_id as {{ text_type() }}) as indicator_id,
        cast(measure_code as {{ text_type() }}) as measure_code,
        cast(weight as double) as weight
    from declared

)

select * from final
