with declared as (

    select * from {{ source('catalogue', 'indicator_sources') }}

),

final as (

    select
        cast(indicator_id as {{ text_type() }}) as indicator_id,
        cast(source_id as {{ text_type() }}) as source_id,
        cast(preference as integer) as preference
    from declared

)

select * from final
