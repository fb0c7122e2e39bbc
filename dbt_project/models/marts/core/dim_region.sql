with listed as (

    select * from {{ ref('int_regions__listed') }}

),

gemeenten as (

    select * from {{ ref('int_gemeenten__placed') }}

),

focus as (

    select * from {{ ref('stg_catalogue__focus') }}

),

mode as (

    select bool_or(is_fictional) as is_fictional
    from {{ ref('stg_catalogue__sources') }}

),

local_regions as (

    select
        listed.*,
        case
            when listed.region_level = 'gemeente' then listed.region_code
            when listed.region_level in ('wijk', 'buurt') then 'GM' || substring(listed.region_code, 3, 4)
        end as gemeente_code,
        case
            when listed.region_level = 'wijk' then listed.region_code
            when listed.region_level = 'buurt' then 'WK' || substring(listed.region_code, 3, 6)
        end as wijk_code
    from listed
    where listed.region_level in ('country', 'gemeente', 'wijk', 'buurt')

),

local_with_parents as (

    select
        local_regions.region_code,
        local_regions.region_vintage,
        local_regions.region_name,
        local_regions.region_level,
        gemeenten.province_code,
        gemeenten.province_name,
        gemeenten.ggd_region_code,
        gemeenten.ggd_region_name,
        gemeenten.corop_code,
        gemeenten.corop_name,
        local_regions.gemeente_code,
        gemeente_names.region_name as gemeente_name,
        local_regions.wijk_code,
        wijk_names.region_name as wijk_name,
        local_regions.population
    from local_regions
    left join gemeenten on local_regions.gemeente_code = gemeenten.gemeente_code
    left join listed as gemeente_names
        on
            local_regions.gemeente_code = gemeente_names.region_code
            and local_regions.region_vintage = gemeente_names.region_vintage
    left join listed as wijk_names
        on
            local_regions.wijk_code = wijk_names.region_code
            and local_regions.region_vintage = wijk_names.region_vintage

),

-- Larger areas exist in every classification in which they have a gemeente; their population is the sum, where all are known.
province_rows as (

    select
        province_code as region_code,
        region_vintage,
        {{ some_value('province_name') }} as region_name,
        'province' as region_level,
        province_code,
        {{ some_value('province_name') }} as province_name,
        cast(null as {{ text_type() }}) as ggd_region_code,
        cast(null as {{ text_type() }}) as ggd_region_name,
        if(count(population) = count(*), sum(population), null) as population
    from local_with_parents
    where region_level = 'gemeente' and province_code is not null
    group by province_code, region_vintage

),

ggd_region_rows as (

    select
        ggd_region_code as region_code,
        region_vintage,
        {{ some_value('ggd_region_name') }} as region_name,
        'ggd_region' as region_level,
        if(count(distinct province_code) = 1, {{ some_value('province_code') }}, null) as province_code,
        if(count(distinct province_code) = 1, {{ some_value('province_name') }}, null) as province_name,
        ggd_region_code,
        {{ some_value('ggd_region_name') }} as ggd_region_name,
        if(count(population) = count(*), sum(population), null) as population
    from local_with_parents
    where region_level = 'gemeente' and ggd_region_code is not null
    group by ggd_region_code, region_vintage

),

corop_rows as (

    select
        corop_code as region_code,
        region_vintage,
        {{ some_value('corop_name') }} as region_name,
        'corop' as region_level,
        if(count(distinct province_code) = 1, {{ some_value('province_code') }}, null) as province_code,
        if(count(distinct province_code) = 1, {{ some_value('province_name') }}, null) as province_name,
        cast(null as {{ text_type() }}) as ggd_region_code,
        cast(null as {{ text_type() }}) as ggd_region_name,
        corop_code,
        {{ some_value('corop_name') }} as corop_name,
        if(count(population) = count(*), sum(population), null) as population
    from local_with_parents
    where region_level = 'gemeente' and corop_code is not null
    group by corop_code, region_vintage

),

larger_rows as (

    {{ union_by_name(['province_rows', 'ggd_region_rows', 'corop_rows']) }}

),

-- A larger area that a delivery mentions while no gemeente is known to lie in it.
unplaced_rows as (

    select
        listed.region_code,
        listed.region_vintage,
        listed.region_name,
        listed.region_level,
        if(listed.region_level = 'province', listed.region_code, null) as province_code,
        if(listed.region_level = 'province', listed.region_name, null) as province_name,
        if(listed.region_level = 'ggd_region', listed.region_code, null) as ggd_region_code,
        if(listed.region_level = 'ggd_region', listed.region_name, null) as ggd_region_name,
        listed.population
    from listed
    left join larger_rows
        on
            listed.region_code = larger_rows.region_code
            and listed.region_vintage = larger_rows.region_vintage
    where listed.region_level in ('province', 'corop', 'ggd_region') and larger_rows.region_code is null

),

unioned as (

    {{ union_by_name(['local_with_parents', 'larger_rows', 'unplaced_rows']) }}

),

-- The region that was chosen: its areas, each with its level before its code.
chosen as (

    select
        count(*) = 0 as is_country,
        {{ list_of("region_level || ' ' || region_code") }} as areas
    from focus

),

final as (

    select
        unioned.region_code || '@' || unioned.region_vintage as region_id,
        unioned.region_code,
        cast(unioned.region_vintage as integer) as region_vintage,
        case
            when unioned.region_level = 'country' then if(mode.is_fictional, 'Nederland (fictief)', 'Nederland')
            else unioned.region_name
        end as region_name,
        unioned.region_level,
        'NL00' as country_code,
        unioned.province_code,
        unioned.province_name,
        unioned.ggd_region_code,
        unioned.ggd_region_name,
        unioned.corop_code,
        unioned.corop_name,
        unioned.gemeente_code,
        unioned.gemeente_name,
        unioned.wijk_code,
        unioned.wijk_name,
        cast(unioned.population as double) as population,
        chosen.is_country or coalesce(
            {{ has('chosen.areas', "'province ' || unioned.province_code") }}
            or {{ has('chosen.areas', "'ggd_region ' || unioned.ggd_region_code") }}
            or {{ has('chosen.areas', "'corop ' || unioned.corop_code") }}
            or {{ has('chosen.areas', "'corop ' || unioned.corop_name") }}
            or {{ has('chosen.areas', "'gemeente ' || unioned.gemeente_code") }}, false
        ) as is_focus,
        mode.is_fictional
    from unioned
    cross join mode
    cross join chosen

)

select * from final
order by region_vintage, region_level, region_code
