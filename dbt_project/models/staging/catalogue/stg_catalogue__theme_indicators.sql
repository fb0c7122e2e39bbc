with declared as (

    select * from {{ source('catalogue', 'theme_indicators') }}

),

final as (

    select
        theme_id,
        indicator_id,
        role,
        component,
        building_block,
        headline_phase
    from declared

)

select * from final
