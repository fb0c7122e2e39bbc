with observations as (

    select * from {{ ref('fct_observation') }}

),

indicators as (

    select indicator_id
    from {{ ref('dim_indicator') }}
    where mart = 'outcome'

),

final as (

    select observations.*
    from observations
    inner join indicators on observations.indicator_id = indicators.indicator_id

)

select * from final
