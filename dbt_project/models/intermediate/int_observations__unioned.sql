-- A table: areas, classifications, corrections and the figures read it, and each would plan and unpivot all deliveries anew.
{{ config(materialized='table') }}

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

indicators as (

    select
        sources.source_id,
        indicators.measure_code,
        indicators.denominator_code
    from {{ ref('stg_catalogue__indicators') }} as indicators
    inner join {{ ref('stg_catalogue__indicator_sources') }} as sources
        on indicators.indicator_id = sources.indicator_id
    where indicators.status = 'active'

),

-- Measures no indicator reads stay in staging: leaving them out here is what keeps the marts quick.
measures_in_use as (

    select
        source_id,
        measure_code
    from indicators
    union
    select
        source_id,
        denominator_code
    from indicators
    where denominator_code is not null
    union
    select
        sources.source_id,
        people.measure_code
    from {{ ref('stg_catalogue__indicator_people') }} as people
    inner join {{ ref('stg_catalogue__indicator_sources') }} as sources
        on people.indicator_id = sources.indicator_id

),

unioned as (

    select * from health
    union all
    select * from key_figures
    union all
    select * from young_adults
    union all
    select * from declared

),

final as (

    select unioned.*
    from unioned
    inner join measures_in_use
        on
            unioned.source_id = measures_in_use.source_id
            and unioned.measure_code = measures_in_use.measure_code

)

select * from final
