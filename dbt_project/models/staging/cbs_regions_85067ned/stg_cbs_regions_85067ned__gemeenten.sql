with delivered as (

    select * from {{ source('deliveries', 'cbs_regions_85067ned') }}

),

-- Deliveries as a file lack the codes of the areas; the columns exist here all the same.
expected_columns as (

    select
        cast(null as {{ text_type() }}) as gemeente_code,
        cast(null as {{ text_type() }}) as gemeente_name,
        cast(null as {{ text_type() }}) as ggd_region_code,
        cast(null as {{ text_type() }}) as ggd_region_name,
        cast(null as {{ text_type() }}) as corop_code,
        cast(null as {{ text_type() }}) as corop_name,
        cast(null as {{ text_type() }}) as province_code,
        cast(null as {{ text_type() }}) as province_name
    where false

),

completed as (

    {{ union_by_name(['expected_columns', 'delivered']) }}

),

final as (

    select
        trim(gemeente_code) as gemeente_code,
        trim(gemeente_name) as gemeente_name,
        nullif(trim(ggd_region_code), '') as ggd_region_code,
        nullif(trim(ggd_region_name), '') as ggd_region_name,
        nullif(trim(corop_code), '') as corop_code,
        nullif(trim(corop_name), '') as corop_name,
        nullif(trim(province_code), '') as province_code,
        nullif(trim(province_name), '') as province_name
    from completed
    where gemeente_code is not null

)

select * from final
