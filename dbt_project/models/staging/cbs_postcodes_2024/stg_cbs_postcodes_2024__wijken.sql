{#- A delivery has a row per address, eight million in all: they are counted here, and no later step sees one. -#}
{{ config(materialized='table') }}

with delivered as (

    select
        postcode,
        wijk_number
    from {{ source('deliveries', 'cbs_postcodes_2024') }}

),

sources as (

    select
        source_id,
        region_vintage,
        snapshot_id
    from {{ ref('stg_catalogue__sources') }}
    where source_id = 'cbs_postcodes_2024'

),

-- Some editions write codes as numbers, without the zeros before them.
counted as (

    select
        upper(replace(trim(postcode), ' ', '')) as postcode,
        lpad(trim(wijk_number), 6, '0') as wijk_number,
        count(*) as addresses
    from delivered
    group by all

),

final as (

    select
        sources.source_id,
        counted.postcode,
        'WK' || counted.wijk_number as region_code,
        'GM' || left(counted.wijk_number, 4) as gemeente_code,
        cast(sources.region_vintage as integer) as region_vintage,
        cast(counted.addresses as bigint) as addresses,
        sources.snapshot_id
    from counted
    cross join sources
    where
        {{ matches_whole('counted.postcode', '[0-9]{4}[A-Z]{2}') }}
        -- 0998 stands for abroad.
        and left(counted.wijk_number, 4) != '0998'

)

select * from final
