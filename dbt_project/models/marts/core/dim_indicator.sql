with indicators as (

    select * from {{ ref('stg_catalogue__indicators') }}

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
    age_band,
    unit,
    decimals,
    polarity,
    multiplier,
    counted_per,
    min_denominator,
    definition_version,
    method,
    interval_method,
    model_predictors,
    source_id,
    series,
    series_rule,
    measure_code,
    denominator_code,
    methodology_url,
    caveats_nl,
    caveats_en,
    is_ranked,
    helpline_nl,
    helpline_en,
    status,
    owner,
    since,
    replaced_by,
    is_policy_lever,
    min_plausible,
    max_plausible,
    max_change,
    min_coverage,
    severity,
    is_public,
    as_feature,
    as_target
from indicators
-- What nobody measures stands in quality.rpt_gap_list.
where status != 'no_data'
order by mart, indicator_id
