with declared as (

    select * from {{ source('catalogue', 'interventions') }}

),

final as (

    select
        intervention_id,
        indicator_id,
        name,
        owner,
        register_nl,
        register_en,
        register_url,
        level,
        recognised_on,
        checked_on,
        youngest_age,
        oldest_age,
        audience_nl,
        audience_en,
        description_nl,
        description_en
    from declared

)

select * from final
