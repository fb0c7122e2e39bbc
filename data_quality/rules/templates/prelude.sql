-- Figures of public indicators with numbers for keys: joining and grouping millions of rows by text would take most of the time.
create or replace temp table area as
with numbered as (

    select
        region_id,
        region_level,
        region_vintage,
        region_code,
        cast(row_number() over (order by region_id) as integer) as region_no,
        cast(dense_rank() over (order by region_code) as integer) as code_no,
        case
            when region_level = 'buurt' then wijk_code
            when region_level = 'wijk' then gemeente_code
            when region_level = 'gemeente' then country_code
        end as whole_code
    from core.dim_region

)

select numbered.* exclude (whole_code), wholes.region_no as whole_no
from numbered
left join numbered as wholes
    on numbered.whole_code = wholes.region_code and numbered.region_vintage = wholes.region_vintage;

create or replace temp table edition as
with present as (

    select distinct figures.indicator_id, figures.region_level, figures.year
    from core.fct_observation as figures
    inner join core.dim_indicator as indicators
        on figures.indicator_id = indicators.indicator_id and indicators.is_public

),

numbered as (

    select *, cast(row_number() over (order by indicator_id, region_level, year) as integer) as edition_no
    from present

)

select
    numbered.indicator_id,
    numbered.region_level,
    numbered.year,
    numbered.edition_no,
    lag(numbered.edition_no) over (
        partition by numbered.indicator_id, numbered.region_level order by numbered.year
    ) as edition_before,
    indicators.unit,
    indicators.age_band as whole_age_band,
    indicators.max_change,
    indicators.min_coverage,
    indicators.severity as declared_severity
from numbered
inner join core.dim_indicator as indicators on numbered.indicator_id = indicators.indicator_id;

create or replace temp table slim_figure as
select
    edition.edition_no,
    area.region_no,
    area.code_no,
    area.whole_no,
    cast(hash(figures.sex, figures.age_band) % 1000000007 as integer) as cell_no,
    cast(hash(figures.source_id) % 1000000007 as integer) as source_no,
    figures.sex = 'total' and figures.age_band = edition.whole_age_band as is_whole_population,
    figures.region_vintage,
    figures.value,
    figures.numerator,
    figures.denominator,
    figures.is_model_estimate
from core.fct_observation as figures
inner join edition
    on
        figures.indicator_id = edition.indicator_id
        and figures.region_level = edition.region_level
        and figures.year = edition.year
left join area on figures.region_id = area.region_id;
