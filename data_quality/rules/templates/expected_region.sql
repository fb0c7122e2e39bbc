-- One row per region that could have a figure: every region of the level in the classification that the figures of a year use.
with found as (

    select edition_no, region_no, bool_or(value is not null) as has_value
    from slim_figure
    where is_whole_population
    group by edition_no, region_no

),

classifications as (

    select distinct edition_no, region_vintage
    from slim_figure
    where is_whole_population

)

select
    edition.indicator_id,
    edition.region_level,
    edition.year,
    -- Without a declared share: most regions, and fewer the smaller they are.
    case
        when edition.min_coverage > 0 then edition.min_coverage
        when edition.region_level = 'buurt' then 0.4
        when edition.region_level = 'wijk' then 0.6
        else 0.8
    end as min_coverage,
    found.region_no is not null as has_row,
    coalesce(found.has_value, false) as has_value
from classifications
inner join edition on classifications.edition_no = edition.edition_no
inner join area on edition.region_level = area.region_level and classifications.region_vintage = area.region_vintage
left join found on classifications.edition_no = found.edition_no and area.region_no = found.region_no
