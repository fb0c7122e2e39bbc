-- One row per indicator, level and year: how its figures lie, and how those of the year before lay. What is said of values is said of
-- the sex and age band that stand for the whole population, as not every year has the same age bands.
with editions as (

    select
        edition_no,
        count(*) as n_rows,
        count(distinct cast(region_no as bigint) * 1000000007 + cell_no) as n_keys,
        count(value) filter (where is_whole_population) as n_values,
        min(value) filter (where is_whole_population) as smallest,
        max(value) filter (where is_whole_population) as largest,
        count(*) filter (where is_whole_population and value = 0) as n_zeros,
        min(region_vintage) != max(region_vintage) as has_two_vintages,
        min(source_no) != max(source_no) as has_two_sources,
        bool_or(is_model_estimate) and not bool_and(is_model_estimate) as is_mixed,
        quantile_cont(value, [0.25, 0.5, 0.75]) filter (where is_whole_population) as quartiles
    from slim_figure
    group by edition_no

)

select
    edition.*,
    editions.* exclude (edition_no, quartiles),
    editions.quartiles[2] as median,
    editions.quartiles[3] - editions.quartiles[1] as spread,
    earlier.quartiles[2] as median_before,
    earlier.quartiles[3] - earlier.quartiles[1] as spread_before,
    earlier.n_values as n_values_before
from editions
inner join edition on editions.edition_no = edition.edition_no
left join editions as earlier on edition.edition_before = earlier.edition_no
