with observations as (

    select distinct
        period_id,
        period_start,
        period_end,
        year
    from {{ ref('fct_observation') }}

),

final as (

    select
        period_id,
        period_start,
        period_end,
        {{ period_grain('period_start', 'period_end') }} as period_grain,
        year,
        period_id as label_nl,
        period_id as label_en
    from observations

)

select * from final
order by period_id
