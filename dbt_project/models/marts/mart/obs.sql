with figures as (

    select * from {{ ref('int_obs__figures') }}

),

indicators as (

    select * from {{ ref('dim_indicator') }}
    where is_public

),

final as (

    select
        figures.indicator_id,
        indicators.mart,
        indicators.title_nl,
        indicators.title_en,
        indicators.unit,
        indicators.polarity,
        indicators.trimbos_component,
        indicators.trimbos_building_block,
        figures.region_code,
        figures.region_name,
        figures.region_level,
        figures.gemeente_code,
        figures.gemeente_name,
        figures.province_name,
        figures.ggd_region_name,
        figures.population,
        figures.is_focus,
        figures.year,
        figures.period_start,
        figures.period_end,
        figures.age_band,
        figures.sex,
        figures.is_default,
        figures.value,
        figures.lower,
        figures.upper,
        figures.interval_status,
        figures.numerator,
        figures.denominator,
        figures.value_status,
        figures.suppression_reason,
        figures.withheld_by,
        figures.quality_flag,
        figures.is_model_estimate,
        figures.is_restated,
        figures.from_region_codes,
        figures.boundaries,
        figures.comparator_code,
        figures.comparator_value,
        figures.comparator_status,
        figures.significance,
        figures.significance_by,
        figures.trend,
        figures.trend_reason,
        indicators.is_ranked,
        indicators.helpline_nl,
        indicators.caveats_nl,
        indicators.caveats_en,
        figures.source_id,
        figures.region_id,
        figures.delivered_vintage,
        figures.snapshot_id
    from figures
    inner join indicators on figures.indicator_id = indicators.indicator_id

)

select * from final
