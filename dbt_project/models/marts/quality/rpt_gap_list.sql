with indicators as (

    select * from {{ ref('stg_catalogue__indicators') }}
    where status = 'no_data'

)

select
    indicator_id,
    mart,
    also_class,
    title_nl,
    title_en,
    description_nl,
    description_en,
    trimbos_component,
    trimbos_building_block,
    determinant_level,
    continuum,
    instrument,
    cut_off,
    population_nl,
    population_en,
    polarity,
    gap_reason_nl,
    gap_reason_en
from indicators
order by mart, indicator_id
