-- One row per figure of a wijk, gemeente or country, with what its parts (buurten, wijken, gemeenten) say of the same thing.
with parts as (

    select
        part.edition_no,
        part.whole_no,
        part.cell_no,
        part.source_no,
        count(*) as n_parts,
        count(part.value) as n_values,
        min(part.value) as smallest,
        max(part.value) as largest,
        count(part.numerator) as n_numerators,
        sum(part.numerator) as numerators,
        count(part.denominator) as n_denominators,
        sum(part.denominator) as denominators
    from slim_figure as part
    where part.whole_no is not null
    group by all

),

levels as (

    select part.edition_no as part_no, wholes.*
    from edition as part
    inner join edition as wholes
        on
            part.indicator_id = wholes.indicator_id
            and part.year = wholes.year
            and (part.region_level, wholes.region_level)
            in (('buurt', 'wijk'), ('wijk', 'gemeente'), ('gemeente', 'country'))

)

select
    levels.indicator_id,
    levels.region_level,
    levels.year,
    levels.unit,
    wholes.value,
    wholes.numerator,
    wholes.denominator,
    parts.* exclude (edition_no, whole_no, cell_no, source_no)
from parts
inner join levels on parts.edition_no = levels.part_no
inner join slim_figure as wholes
    on
        levels.edition_no = wholes.edition_no
        and parts.whole_no = wholes.region_no
        and parts.cell_no = wholes.cell_no
        and parts.source_no = wholes.source_no
