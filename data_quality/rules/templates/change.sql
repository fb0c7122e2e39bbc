-- One row per figure that has one of an earlier year for the same area, sex and age band: both values and what change is plausible.
select
    edition.indicator_id,
    edition.region_level,
    edition.year,
    edition.unit,
    edition.declared_severity,
    figures.value,
    figures.is_model_estimate,
    -- Without a declared bound: 25 points for shares, and the earlier value itself for everything else.
    coalesce(edition.max_change, if(edition.unit = '%', 25, greatest(abs(earlier.value), 1))) as max_change,
    earlier.value as value_before,
    earlier.is_model_estimate as is_model_estimate_before
from slim_figure as figures
inner join edition on figures.edition_no = edition.edition_no
inner join slim_figure as earlier
    on
        edition.edition_before = earlier.edition_no
        and figures.code_no = earlier.code_no
        and figures.cell_no = earlier.cell_no
where figures.value is not null and earlier.value is not null
