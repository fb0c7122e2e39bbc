-- One row per area and year that could have inhabitants by age and sex: the areas of the classification which that year uses.
with classifications as (

    select distinct year, region_vintage
    from core.fct_population
    where region_level = 'gemeente'

),

expected as (

    select
        regions.region_code,
        regions.region_level,
        regions.province_code,
        regions.population,
        classifications.year
    from core.dim_region as regions
    inner join classifications on regions.region_vintage = classifications.region_vintage
    -- Gemeenten taken together for another source have no figures of their own here.
    where regions.region_level in ('country', 'province', 'gemeente') and left(regions.region_code, 2) != 'CG'

),

placed as (

    select expected.*, figures.people
    from expected
    left join core.fct_population as figures
        on
            expected.region_code = figures.region_code
            and expected.year = figures.year
            and figures.sex = 'total'
            and figures.age_band = 'all'

),

parts as (

    select
        province_code,
        year,
        count(*) as n_parts,
        count(people) as n_known,
        sum(people) as people
    from placed
    where region_level = 'gemeente' and province_code is not null
    group by all

)

select
    placed.region_level,
    placed.year,
    placed.people,
    placed.population,
    parts.people as people_of_parts,
    coalesce(parts.n_parts = parts.n_known, false) as has_all_parts
from placed
left join parts
    on placed.region_level = 'province' and placed.region_code = parts.province_code and placed.year = parts.year
