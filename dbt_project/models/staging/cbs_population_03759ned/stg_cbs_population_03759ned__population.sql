with delivered as (

    select * from {{ source('deliveries', 'cbs_population_03759ned') }}

),

sources as (

    select
        source_id,
        snapshot_id
    from {{ ref('stg_catalogue__sources') }}
    where source_id = 'cbs_population_03759ned'

),

-- A file may hold every marital status and month; gemeenten of other years stand there without people.
kept as (

    select
        {{ region_code('region_code') }} as region_code,
        cast(left(trim(period_code), 4) as integer) as year,
        {{ sex('sex_code') }} as sex,
        trim(age_code) = '10000' as is_everyone,
        {{ five_year_band('age_code') }} as age_from,
        try_cast(people_count as bigint) as people
    from delivered
    where
        trim(marital_status_code) = 'T001019'
        and {{ matches('trim(period_code)', '^[0-9]{4}JJ00$') }}
        and try_cast(people_count as bigint) is not null
        and {{ region_level(region_code('region_code')) }} in ('country', 'province', 'gemeente')
        and substring(trim(region_code), 3, 4) != '0998'

),

banded as (

    select
        region_code,
        year,
        sex,
        if(is_everyone, null, age_from) as age_from,
        sum(people) as people
    from kept
    where is_everyone or age_from is not null
    group by all

),

wrong_ages as (

    select
        region_code,
        year
    from banded
    group by region_code, year, sex
    having
        coalesce(sum(people) filter (where age_from is not null), 0)
        is distinct from sum(people) filter (where age_from is null)

),

wrong_sexes as (

    select
        region_code,
        year
    from banded
    group by region_code, year, age_from
    having
        coalesce(sum(people) filter (where sex in ('men', 'women')), 0)
        is distinct from sum(people) filter (where sex = 'total')

),

-- An area whose ages or sexes do not make up its own total is left out as a whole: half a pyramid misleads.
complete as (

    select banded.*
    from banded
    anti join wrong_ages on banded.region_code = wrong_ages.region_code and banded.year = wrong_ages.year
    anti join wrong_sexes on banded.region_code = wrong_sexes.region_code and banded.year = wrong_sexes.year

),

final as (

    select
        sources.source_id,
        complete.region_code,
        {{ region_level('complete.region_code') }} as region_level,
        complete.year,
        complete.sex,
        case
            when complete.age_from is null then 'all'
            when complete.age_from = 95 then '95+'
            else complete.age_from || '-' || (complete.age_from + 4)
        end as age_band,
        complete.age_from,
        cast(complete.people as bigint) as people,
        sources.snapshot_id
    from complete
    cross join sources

)

select * from final
