{#- Every figure of every open source as it was delivered: nothing chosen, corrected, restated or protected by the workplace. -#}
with health as (

    select * from {{ ref('stg_rivm_health_50090ned__observations') }}

),

key_figures as (

    select * from {{ ref('stg_cbs_key_figures_84799ned__observations') }}

),

young_adults as (

    select * from {{ ref('stg_ggd_young_adults_50140ned__observations') }}

),

declared as (

    select * from {{ ref('stg_declared__observations') }}

),

beside_polygons as (

    select * from {{ ref('stg_pdok__figures') }}

),

sources as (

    select source_id
    from {{ ref('stg_catalogue__sources') }}
    where is_open

),

unioned as (

    select * from health
    union all
    select * from key_figures
    union all
    select * from young_adults
    union all
    select * from declared
    union all
    select * from beside_polygons

),

final as (

    select
        unioned.source_id,
        unioned.measure_code,
        unioned.region_code,
        unioned.region_level,
        unioned.region_vintage,
        cast(year(unioned.period_end) as integer) as year,
        unioned.sex,
        unioned.age_band,
        unioned.value,
        unioned.lower,
        unioned.upper,
        unioned.suppression_reason,
        unioned.snapshot_id
    from unioned
    inner join sources on unioned.source_id = sources.source_id
    -- A column that a source has not filled says nothing of any area: the measure is listed, without figures.
    where unioned.value is not null or unioned.suppression_reason is distinct from 'not_collected'

)

select * from final
