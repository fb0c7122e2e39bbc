with delivered as (

    select * from {{ source('catalogue', 'measures') }}

),

final as (

    select
        cast(source_id as varchar) as source_id,
        cast(measure_code as varchar) as measure_code,
        cast(column_name as varchar) as column_name,
        cast(category as varchar) as category,
        cast(has_values as boolean) as has_values,
        cast(label as varchar) as label,
        cast(unit as varchar) as unit
    from delivered

)

select * from final
