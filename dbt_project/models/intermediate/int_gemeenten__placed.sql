{#- The province, GGD region and COROP area of every gemeente of every classification. -#}
{{ config(materialized='table') }}

with listed as (

    select distinct region_code as gemeente_code
    from {{ ref('int_regions__listed') }}
    where region_level = 'gemeente'

),

classified as (

    select * from {{ ref('stg_cbs_regions_85067ned__gemeenten') }}

),

changes as (

    select distinct
        from_code as old_code,
        to_code as new_code
    from {{ ref('stg_catalogue__region_crosswalks') }}
    where region_level = 'gemeente'

),

combinations as (

    select
        combined_code,
        gemeente_code
    from {{ ref('gemeente_combinations') }}

),

areas as (

    select * from {{ ref('stg_catalogue__areas') }}

),

-- The classification is of one year: a gemeente it does not know is placed with its successor, predecessor or part.
relatives as (

    select
        gemeente_code,
        gemeente_code as known_code,
        0 as distance
    from classified
    union all
    select
        old_code as gemeente_code,
        new_code as known_code,
        1 as distance
    from changes
    union all
    select
        new_code as gemeente_code,
        old_code as known_code,
        2 as distance
    from changes
    union all
    select
        combined_code as gemeente_code,
        gemeente_code as known_code,
        1 as distance
    from combinations

),

nearest as (

    select
        relatives.gemeente_code,
        {{ value_at_least('relatives.known_code', '(relatives.distance, relatives.known_code)') }} as known_code
    from relatives
    inner join classified on relatives.known_code = classified.gemeente_code
    group by relatives.gemeente_code

),

placed as (

    select
        listed.gemeente_code,
        coalesce(classified.province_code, province_by_hand.region_code) as province_code,
        coalesce(classified.province_name, province_by_hand.region_name) as province_name,
        coalesce(classified.ggd_region_code, ggd_region_by_hand.region_code) as ggd_region_code,
        coalesce(classified.ggd_region_name, ggd_region_by_hand.region_name) as ggd_region_name,
        classified.corop_code,
        classified.corop_name
    from listed
    left join nearest on listed.gemeente_code = nearest.gemeente_code
    left join classified on nearest.known_code = classified.gemeente_code
    left join areas as province_by_hand
        on
            coalesce(nearest.known_code, listed.gemeente_code) = province_by_hand.gemeente_code
            and province_by_hand.region_level = 'province'
    left join areas as ggd_region_by_hand
        on
            coalesce(nearest.known_code, listed.gemeente_code) = ggd_region_by_hand.gemeente_code
            and ggd_region_by_hand.region_level = 'ggd_region'

),

final as (

    select
        placed.gemeente_code,
        coalesce(provinces.region_code, placed.province_code) as province_code,
        coalesce(provinces.region_name, placed.province_name) as province_name,
        coalesce(ggd_regions.region_code, placed.ggd_region_code) as ggd_region_code,
        coalesce(ggd_regions.region_name, placed.ggd_region_name) as ggd_region_name,
        placed.corop_code,
        placed.corop_name
    from placed
    left join areas as provinces
        on
            lower(coalesce(placed.province_code, placed.province_name)) = lower(provinces.spelling)
            and provinces.region_level = 'province'
    left join areas as ggd_regions
        on
            lower(coalesce(placed.ggd_region_code, placed.ggd_region_name)) = lower(ggd_regions.spelling)
            and ggd_regions.region_level = 'ggd_region'

)

select * from final
