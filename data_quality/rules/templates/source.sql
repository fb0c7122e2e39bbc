-- One row per source: what is known of it, and when its next edition is due.
select
    sources.*,
    figures.n_figures,
    figures.n_modelled,
    figures.n_intervals,
    figures.last_period_end
    + to_years(
        case sources.cadence
            when 'yearly' then 1
            when 'every_two_years' then 2
            when 'every_three_years' then 3
            when 'every_four_years' then 4
            when 'every_five_years' then 5
        end
    )
    + to_days(sources.expected_lag_days) as next_due
from core.dim_source as sources
left join (
    select
        source_id,
        count(*) as n_figures,
        count(value) filter (where is_model_estimate) as n_modelled,
        count(lower) filter (where is_model_estimate) as n_intervals,
        max(period_end) as last_period_end
    from (
        select source_id, value, lower, is_model_estimate, period_end from core.fct_observation
        union all
        select source_id, people, null, false, make_date(year, 12, 31) from core.fct_population
    )
    group by source_id
) as figures
    on sources.source_id = figures.source_id
