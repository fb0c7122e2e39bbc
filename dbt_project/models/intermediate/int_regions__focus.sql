{#- The province or GGD region that the setting REGION names; no row when it is empty or the whole country. -#}

with gemeenten as (

    select * from {{ ref('int_gemeenten__placed') }}

),

areas as (

    select * from {{ ref('stg_catalogue__areas') }}

),

wanted as (

    select lower(trim('{{ env_var("DWP_REGION", "NL") | replace("'", "''") }}')) as spelling

),

spelled as (

    select
        1 as rank,
        'province' as region_level,
        province_code as region_code,
        province_code as spelling
    from gemeenten
    union
    select
        1 as rank,
        'province' as region_level,
        province_code as region_code,
        province_name as spelling
    from gemeenten
    union
    select
        2 as rank,
        'ggd_region' as region_level,
        ggd_region_code as region_code,
        ggd_region_code as spelling
    from gemeenten
    union
    select
        2 as rank,
        'ggd_region' as region_level,
        ggd_region_code as region_code,
        ggd_region_name as spelling
    from gemeenten
    union
    select
        if(region_level = 'province', 1, 2) as rank,
        region_level,
        region_code,
        spelling
    from areas
    where spelling is not null

),

matched as (

    select spelled.*
    from spelled
    inner join wanted
        on
            lower(spelled.spelling) = wanted.spelling
            or regexp_replace(lower(spelled.spelling), '^ggd ', '') = wanted.spelling
    where wanted.spelling not in ('', 'nl', 'nl00', 'nl01', 'nederland')

),

final as (

    select distinct
        region_level,
        region_code
    from matched
    -- A province and a GGD region may share a name: the province is meant, unless GGD is written.
    qualify rank = min(rank) over ()

)

select * from final
