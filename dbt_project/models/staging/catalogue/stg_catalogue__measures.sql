with delivered as (

    select * from {{ source('catalogue', 'measures') }}

),

final as (

    select
        cast(source_id as {{ text_type() }}) as source_id,
        cast(measure_code as {{ text_type() }}) as measure_code,
        cast(column_name as {{ text_type() }}) as column_name,
        cast(category as {{ text_type() }}) as category,
        cast(has_values as boolean) as has_values,
        cast(label as {{ text_type() }}) as label,
        cast(unit as {{ text_type() }}) as unit
    from delivered

)

select * from final
