with observations as (

    select * from {{ ref('fct_observation') }}

),

sources as (

    select source_id
    from {{ ref('stg_catalogue__sources') }}
    where disclosure in ('person_level', 'survey')

),

-- The persons that a row shows: a rate tells them beside it, a count has nothing below the line, a share tells none.
cells as (

    select
        observations.indicator_id,
        observations.source_id,
        observations.region_level,
        observations.year,
        observations.sex,
        observations.age_band,
        observations.value_status = 'suppressed' as is_hidden,
        coalesce(observations.numerator, if(observations.denominator is null, observations.value, null)) as events
    from observations
    inner join sources on observations.source_id = sources.source_id

),

per_breakdown as (

    select
        indicator_id,
        source_id,
        region_level,
        year,
        sex,
        age_band,
        count(*) as n_cells,
        count(*) filter (where is_hidden) as n_hidden,
        sum(events) as shown_events
    from cells
    group by all

),

totals as (

    select
        indicator_id,
        year,
        sex,
        age_band,
        shown_events as total_events
    from per_breakdown
    where region_level = 'province' and n_hidden = 0

),

final as (

    select
        per_breakdown.indicator_id,
        per_breakdown.source_id,
        per_breakdown.region_level,
        cast(per_breakdown.year as integer) as year,
        cast(sum(per_breakdown.n_cells) as bigint) as n_cells,
        cast(sum(per_breakdown.n_hidden) as bigint) as n_hidden,
        {{ safe_divide('sum(per_breakdown.n_hidden)', 'sum(per_breakdown.n_cells)') }} as hidden_share,
        case
            when sum(totals.total_events) > 0
                then round(
                    greatest(
                        1 - sum(per_breakdown.shown_events) filter (where totals.total_events > 0)
                        / sum(totals.total_events), 0
                    ), 2
                )
        end as hidden_events_share
    from per_breakdown
    left join totals
        on
            per_breakdown.indicator_id = totals.indicator_id
            and per_breakdown.year = totals.year
            and per_breakdown.sex = totals.sex
            and per_breakdown.age_band = totals.age_band
    group by
        per_breakdown.indicator_id, per_breakdown.source_id, per_breakdown.region_level, per_breakdown.year

)

select * from final
order by indicator_id, region_level, year
