with declared as (

    select * from {{ source('catalogue', 'circular_pairs') }}

),

final as (

    select
        indicator_id,
        other_indicator_id,
        guard,
        predictors,
        reason_nl,
        reason_en
    from declared

)

select * from final
