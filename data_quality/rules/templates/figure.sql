-- One row per figure of a public indicator, with what the catalogue says of it and whether its area is known.
select
    figures.*,
    indicators.unit,
    indicators.decimals,
    indicators.method,
    indicators.multiplier,
    indicators.min_denominator,
    indicators.min_plausible,
    indicators.max_plausible,
    indicators.severity as declared_severity,
    regions.region_id is not null as region_is_known,
    regions.gemeente_name is not null as gemeente_is_known
from core.fct_observation as figures
inner join core.dim_indicator as indicators on figures.indicator_id = indicators.indicator_id and indicators.is_public
left join core.dim_region as regions on figures.region_id = regions.region_id
