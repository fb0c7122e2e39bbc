with named as (

    select * from {{ source('region_names', 'cbs_key_figures_84799ned_names') }}

),

final as (

    select
        {{ region_code('key') }} as region_code,
        trim(title) as region_name
    from named

)

select * from final
