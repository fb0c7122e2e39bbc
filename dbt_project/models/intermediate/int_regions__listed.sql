{#- Every region any delivery mentions, once per classification, with the best name and population known. -#}
{{ config(materialized='table') }}

with sources as (

    select
        source_id,
        region_vintage
    from {{ ref('stg_catalogue__sources') }}

),

key_figures as (

    select
        {{ region_code('wijkenenbuurten') }} as region_code,
        'cbs_key_figures_84799ned' as source_id,
        trim(gemeentenaam_1) as gemeente_name,
        cast(aantalinwoners_5 as double) as population
    from {{ ref('stg_cbs_key_figures_84799ned__rows') }}

),

key_figure_names as (

    select * from {{ ref('stg_cbs_key_figures_84799ned__regions') }}

),

health as (

    select distinct
        {{ region_code('wijkenenbuurten') }} as region_code,
        'rivm_health_50090ned' as source_id,
        trim(gemeentenaam_1) as gemeente_name
    from {{ ref('stg_rivm_health_50090ned__rows') }}

),

young_adults as (

    select distinct
        {{ region_code('regios') }} as region_code,
        'ggd_young_adults_50140ned' as source_id
    from {{ ref('stg_ggd_young_adults_50140ned__rows') }}

),

young_adult_names as (

    select * from {{ ref('stg_ggd_young_adults_50140ned__regions') }}

),

polygons as (

    select
        region_code,
        region_vintage,
        region_name,
        gemeente_name,
        population
    from {{ ref('stg_pdok__regions') }}

),

classified as (

    select
        gemeente_code,
        gemeente_name
    from {{ ref('stg_cbs_regions_85067ned__gemeenten') }}

),

combinations as (

    select distinct
        combined_code,
        combined_name
    from {{ ref('gemeente_combinations') }}

),

lives as (

    select * from {{ ref('stg_catalogue__gemeente_lives') }}

),

-- Whatever else a source mentions: the names come from the other classifications.
observed as (

    select
        unioned.region_code,
        {{ lived_vintage('unioned.region_vintage', 'lives.first_vintage', 'lives.last_vintage') }} as region_vintage,
        max(unioned.value) filter (where unioned.measure_code = 'AantalInwoners' and unioned.sex = 'total') as population
    from {{ ref('int_observations__unioned') }} as unioned
    left join lives on unioned.region_code = lives.gemeente_code
    group by all

),

-- Lower rank wins: a name a service gives for the region itself, before one found beside another region.
named as (

    select
        key_figures.region_code,
        sources.region_vintage,
        coalesce(key_figure_names.region_name, if(left(key_figures.region_code, 2) = 'GM', key_figures.gemeente_name, null))
            as region_name,
        key_figures.population,
        1 as rank
    from key_figures
    inner join sources on key_figures.source_id = sources.source_id
    left join key_figure_names on key_figures.region_code = key_figure_names.region_code

    union all

    select
        health.region_code,
        sources.region_vintage,
        if(left(health.region_code, 2) in ('NL', 'GM'), health.gemeente_name, null) as region_name,
        cast(null as double) as population,
        2 as rank
    from health
    inner join sources on health.source_id = sources.source_id

    union all

    select
        young_adults.region_code,
        sources.region_vintage,
        coalesce(young_adult_names.region_name, combinations.combined_name) as region_name,
        cast(null as double) as population,
        1 as rank
    from young_adults
    inner join sources on young_adults.source_id = sources.source_id
    left join young_adult_names on young_adults.region_code = young_adult_names.region_code
    left join combinations on young_adults.region_code = combinations.combined_code

    union all

    select
        region_code,
        region_vintage,
        region_name,
        population,
        1 as rank
    from polygons

    union all

    select
        'GM' || substring(region_code, 3, 4) as region_code,
        region_vintage,
        gemeente_name as region_name,
        cast(null as double) as population,
        3 as rank
    from polygons
    where left(region_code, 2) in ('WK', 'BU')

    union all

    select
        classified.gemeente_code as region_code,
        sources.region_vintage,
        classified.gemeente_name as region_name,
        cast(null as double) as population,
        2 as rank
    from classified
    inner join sources on sources.source_id = 'cbs_regions_85067ned'

    union all

    select
        region_code,
        region_vintage,
        cast(null as {{ text_type() }}) as region_name,
        population,
        4 as rank
    from observed

),

delivered_gemeenten as (

    select distinct region_code
    from named
    where left(region_code, 2) = 'GM'

),

-- A changed gemeente counts when a delivery mentions it or one that it has a history with.
families as (

    select distinct lives.family
    from lives
    inner join delivered_gemeenten on lives.gemeente_code = delivered_gemeenten.region_code

),

-- Every gemeente in every classification in which it existed, whether anything was delivered of it then or not.
gemeente_years as (

    select
        lives.gemeente_code as region_code,
        {{ each_of('lives.first_vintage', 'lives.last_vintage + 1') }} as region_vintage,
        lives.gemeente_name as region_name
    from lives
    inner join families on lives.family = families.family

    union all

    select
        delivered_gemeenten.region_code,
        {{ each_of(var('first_vintage'), var('last_vintage') ~ ' + 1') }} as region_vintage,
        cast(null as {{ text_type() }}) as region_name
    from delivered_gemeenten
    left join lives on delivered_gemeenten.region_code = lives.gemeente_code
    where lives.gemeente_code is null

),

all_named as (

    select * from named

    union all

    select
        region_code,
        region_vintage,
        region_name,
        cast(null as double) as population,
        5 as rank
    from gemeente_years

    union all

    -- Wijken that ended are named by the delivery that shows where they went.
    select distinct
        from_code as region_code,
        from_vintage as region_vintage,
        from_name as region_name,
        cast(null as double) as population,
        3 as rank
    from {{ ref('stg_catalogue__region_crosswalks') }}
    where region_level = 'wijk' and from_name is not null

),

grouped as (

    select
        region_code,
        region_vintage,
        -- Of equals the plainer name (Hengelo, not Hengelo (O.)), so that two builds never differ.
        {{ value_at_least('region_name', '(rank, length(region_name), region_name)') }} filter (where region_name is not null)
            as region_name,
        max(population) as population
    from all_named
    group by region_code, region_vintage

),

-- A code without a name in one classification borrows it from the nearest other one.
borrowed as (

    select
        grouped.region_code,
        grouped.region_vintage,
        {{ value_at_least(
            'others.region_name', '(abs(others.region_vintage - grouped.region_vintage), -others.region_vintage)'
        ) }}
            as region_name
    from grouped
    inner join grouped as others on grouped.region_code = others.region_code
    where grouped.region_name is null and others.region_name is not null
    group by grouped.region_code, grouped.region_vintage

),

final as (

    select
        grouped.region_code,
        grouped.region_vintage,
        {{ region_level('grouped.region_code') }} as region_level,
        coalesce(grouped.region_name, borrowed.region_name, grouped.region_code) as region_name,
        grouped.population
    from grouped
    left join borrowed
        on
            grouped.region_code = borrowed.region_code
            and grouped.region_vintage = borrowed.region_vintage

)

select * from final
