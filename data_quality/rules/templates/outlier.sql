-- One row per figure of an area, with the quartiles of its indicator, level, year, sex and age band.
select
    edition.indicator_id,
    edition.region_level,
    edition.year,
    figures.value,
    quartiles.q[1] as q1,
    quartiles.q[2] as q3
from slim_figure as figures
inner join edition on figures.edition_no = edition.edition_no
inner join (
    select edition_no, cell_no, quantile_cont(value, [0.25, 0.75]) as q
    from slim_figure
    where value is not null
    group by edition_no, cell_no
    having count(*) >= 20
) as quartiles
    on figures.edition_no = quartiles.edition_no and figures.cell_no = quartiles.cell_no
where figures.value is not null and edition.region_level not in ('country', 'province', 'ggd_region', 'corop')
