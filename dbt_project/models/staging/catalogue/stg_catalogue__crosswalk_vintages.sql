with declared as (

    select * from {{ source('catalogue', 'crosswalk_vintages') }}

),

final as (

    select
        region_level,
        region_vintage
    from declared

)

select * from final
