with regions as (

    select
        region_id,
        region_code,
        region_level,
        region_vintage
    from {{ ref('dim_region') }}
    where region_level in ('gemeente', 'wijk') and left(region_code, 2) in ('GM', 'WK')

),

crosswalks as (

    select * from {{ ref('stg_catalogue__region_crosswalks') }}

),

wijk_vintages as (

    select region_vintage
    from {{ ref('stg_catalogue__crosswalk_vintages') }}
    where region_level = 'wijk'

),

followed as (

    select regions.*
    from regions
    left join wijk_vintages on regions.region_vintage = wijk_vintages.region_vintage
    where regions.region_level = 'gemeente' or wijk_vintages.region_vintage is not null

),

-- An area of which no crosswalk tells where it went stayed what it was.
stayed as (

    select
        before.region_level,
        before.region_code as from_code,
        before.region_vintage as from_vintage,
        after.region_code as to_code,
        after.region_vintage as to_vintage,
        cast(1 as double) as weight,
        'same_code' as method,
        false as is_estimated,
        cast(null as {{ text_type() }}) as source
    from followed as before
    inner join followed as after
        on before.region_code = after.region_code and before.region_vintage < after.region_vintage
    left join crosswalks
        on
            before.region_code = crosswalks.from_code
            and before.region_vintage = crosswalks.from_vintage
            and after.region_vintage = crosswalks.to_vintage
    where crosswalks.from_code is null

),

went as (

    select crosswalks.*
    from crosswalks
    inner join regions as before
        on crosswalks.from_code = before.region_code and crosswalks.from_vintage = before.region_vintage
    inner join regions as after
        on crosswalks.to_code = after.region_code and crosswalks.to_vintage = after.region_vintage

),

unioned as (

    {{ union_by_name(['stayed', 'went'], columns=[
        'region_level', 'from_code', 'from_vintage', 'to_code', 'to_vintage', 'weight', 'method', 'is_estimated', 'source'
    ]) }}

),

final as (

    select
        from_code || '@' || from_vintage as from_region_id,
        to_code || '@' || to_vintage as to_region_id,
        region_level,
        from_code,
        cast(from_vintage as integer) as from_vintage,
        to_code,
        cast(to_vintage as integer) as to_vintage,
        weight,
        method,
        is_estimated,
        source
    from unioned

)

select * from final
order by region_level, from_vintage, to_vintage, from_code, to_code
