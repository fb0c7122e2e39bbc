-- One row per public, active indicator: its definition, its source, how many figures it has and in how many frameworks it has a place.
select
    indicators.*,
    sources.status as source_status,
    sources.is_model_estimate as source_is_model_estimate,
    coalesce(figures.n_values, 0) as n_values,
    coalesce(places.n_places, 0) as n_places,
    count(*) over (
        partition by indicators.source_id, indicators.measure_code, indicators.denominator_code, indicators.method
    ) as n_same_measures
from core.dim_indicator as indicators
left join core.dim_source as sources on indicators.source_id = sources.source_id
left join (
    select indicator_id, count(value) as n_values
    from core.fct_observation
    group by indicator_id
) as figures
    on indicators.indicator_id = figures.indicator_id
left join (
    select indicator_id, count(component) as n_places
    from core.bridge_theme_indicator
    group by indicator_id
) as places
    on indicators.indicator_id = places.indicator_id
where indicators.status = 'active' and indicators.is_public
