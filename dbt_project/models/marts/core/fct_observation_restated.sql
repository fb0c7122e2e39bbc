-- Long because one query moves figures of every kind to today's areas: the steps share weights and margins.
{{ config(meta={'in_parts': {'by': 'indicator_id', 'of': 'fct_observation'}}) }}

with observations as {{ not_materialized() }}(

    select *
    from {{ ref('fct_observation') }}
    where region_level in ('gemeente', 'wijk') and {{ in_part('indicator_id') }}

),

indicators as (

    select
        indicator_id,
        multiplier,
        method,
        interval_method,
        {{ restating_kind('unit') }} as kind
    from {{ ref('dim_indicator') }}
    where is_public

),

current_vintages as (

    select * from {{ ref('int_regions__current') }}

),

to_current as (

    select bridge.*
    from {{ ref('bridge_region_vintage') }} as bridge
    inner join current_vintages
        on bridge.region_level = current_vintages.region_level and bridge.to_vintage = current_vintages.region_vintage

),

-- Only areas that are not what they were: every other figure stands in fct_observation as it is.
changed as (

    select
        to_region_id,
        from_vintage,
        {{ some_value('to_code') }} as to_code,
        count(*) as parts,
        {{ joined_texts('from_code') }} as from_region_codes,
        bool_or(is_estimated) as is_estimated
    from to_current
    group by to_region_id, from_vintage
    having count(*) > 1 or bool_or(method != 'same_code' or weight < 1)

),

reached as (

    select distinct to_code
    from changed

),

known_populations as (

    select
        region_code,
        region_vintage,
        population
    from {{ ref('dim_region') }}
    where region_level = 'gemeente' and population is not null

),

-- Weights of a mean need no exact count: residents of the nearest year serve, for gemeenten, whose codes are used once.
nearest_populations as (

    select
        to_current.from_region_id,
        {{ value_at_least(
            'known_populations.population', 'abs(known_populations.region_vintage - to_current.from_vintage)'
        ) }} as population
    from to_current
    inner join known_populations on to_current.from_code = known_populations.region_code
    group by to_current.from_region_id

),

links as (

    select
        to_current.*,
        changed.parts,
        changed.from_region_codes,
        changed.is_estimated as is_any_estimated,
        coalesce(regions.population, nearest_populations.population) as population
    from to_current
    inner join changed
        on to_current.to_region_id = changed.to_region_id and to_current.from_vintage = changed.from_vintage
    left join {{ ref('dim_region') }} as regions on to_current.from_region_id = regions.region_id
    left join nearest_populations on to_current.from_region_id = nearest_populations.from_region_id

),

pieces as (

    select
        observations.*,
        indicators.kind,
        indicators.interval_method,
        indicators.multiplier,
        indicators.method = 'ratio' as is_ratio,
        links.from_code,
        links.to_code,
        links.to_region_id,
        links.to_vintage,
        links.from_vintage,
        links.parts,
        links.from_region_codes,
        links.is_any_estimated,
        links.weight,
        if(indicators.kind = 'count' or links.parts = 1, links.weight, links.weight * links.population) as share
    from links
    inner join observations on links.from_region_id = observations.region_id
    inner join indicators on observations.indicator_id = indicators.indicator_id

),

gathered as (

    select
        indicator_id,
        source_id,
        measure_code,
        to_code as region_code,
        region_level,
        to_vintage as region_vintage,
        to_region_id as region_id,
        period_id,
        {{ some_value('period_start') }} as period_start,
        {{ some_value('period_end') }} as period_end,
        {{ some_value('year') }} as year,
        sex,
        age_band,
        {{ some_value('kind') }} as kind,
        {{ some_value('interval_method') }} as interval_method,
        {{ some_value('is_ratio') }} as is_ratio,
        {{ some_value('multiplier') }} as multiplier,
        from_vintage,
        {{ some_value('from_region_codes') }} as from_region_codes,
        {{ some_value('is_any_estimated') }} as is_estimated,
        {{ some_value('snapshot_id') }} as snapshot_id,
        bool_or(is_model_estimate) as is_model_estimate,
        bool_or(value_status = 'provisional') as is_provisional,
        bool_or(value_status = 'imputed') as is_imputed,
        -- Where nobody lives a part says nothing, and its absence takes nothing away.
        bool_or(share is null) as lacks_population,
        coalesce(bool_or(value_status = 'suppressed') filter (where share is distinct from 0), false) as has_suppressed,
        count(*) < {{ some_value('parts') }}
        or coalesce(bool_or(value is null) filter (where share is distinct from 0), true) as has_missing,
        coalesce(sum(share * value {{ in_order('from_code') }}) filter (where share > 0), 0) as top,
        coalesce(sum(share {{ in_order('from_code') }}) filter (where share > 0), 0) as below,
        min(value) filter (where share > 0) as lowest,
        max(value) filter (where share > 0) as highest,
        -- Parts that one model estimated err together: the mean of their margins, not that of independent figures.
        if(
            count(*) filter (where share > 0 and (lower is null or upper is null)) = 0,
            sum(share * lower {{ in_order('from_code') }}) filter (where share > 0), null
        ) as lower_top,
        if(
            count(*) filter (where share > 0 and (lower is null or upper is null)) = 0,
            sum(share * upper {{ in_order('from_code') }}) filter (where share > 0), null
        ) as upper_top,
        coalesce(bool_or(withheld_by = 'workplace') filter (where share is distinct from 0), false) as is_ours,
        coalesce(bool_or(quality_flag = 'corrected'), false) as is_corrected,
        coalesce(bool_or(quality_flag = 'flagged'), false) as is_flagged,
        if(count(numerator) = count(*), sum(weight * numerator {{ in_order('from_code') }}), null) as numerator,
        if(count(denominator) = count(*), sum(weight * denominator {{ in_order('from_code') }}), null) as denominator
    from pieces
    group by all

),

judged as (

    select
        *,
        -- A ratio whose counts are known is the ratio of their sums; its parts need no weights of their own.
        is_ratio and numerator is not null and denominator > 0 as is_by_counts,
        case
            when kind = 'none' then 'restated_not_possible'
            when has_suppressed then 'restated_part_suppressed'
            when has_missing then 'restated_part_missing'
            when is_by_counts then null
            when lacks_population or (kind = 'rate' and below = 0) then 'restated_no_population'
        end as reason
    from gathered

),

-- A later edition may deliver the same year on boundaries that are already those of now: then nothing is restated.
delivered as (

    select
        observations.indicator_id,
        observations.region_code,
        observations.period_id,
        observations.sex,
        observations.age_band,
        max(observations.region_vintage) as region_vintage
    from observations
    inner join reached on observations.region_code = reached.to_code
    left join changed
        on
            observations.region_code = changed.to_code
            and observations.region_vintage = changed.from_vintage
    where changed.to_region_id is null
    group by all

),

restated as (

    select
        judged.indicator_id,
        judged.source_id,
        judged.measure_code,
        judged.region_code,
        judged.region_level,
        judged.region_vintage,
        judged.region_id,
        judged.period_id,
        judged.period_start,
        judged.period_end,
        judged.year,
        judged.sex,
        judged.age_band,
        case
            when judged.reason is not null then null
            when judged.is_by_counts then judged.numerator * judged.multiplier / judged.denominator
            when judged.kind = 'count' then judged.top
            else least(greatest(judged.top / judged.below, judged.lowest), judged.highest)
        end as value,
        case
            when judged.reason is not null then null
            when judged.is_by_counts and judged.interval_method = 'wilson'
                then {{ wilson_lower('judged.numerator', 'judged.denominator', multiplier='judged.multiplier') }}
            when judged.is_by_counts and judged.interval_method = 'byar'
                then {{ rate(byar_lower('judged.numerator'), 'judged.denominator', 'judged.multiplier') }}
            when judged.kind = 'rate' then judged.lower_top / judged.below
        end as lower,
        case
            when judged.reason is not null then null
            when judged.is_by_counts and judged.interval_method = 'wilson'
                then {{ wilson_upper('judged.numerator', 'judged.denominator', multiplier='judged.multiplier') }}
            when judged.is_by_counts and judged.interval_method = 'byar'
                then {{ rate(byar_upper('judged.numerator'), 'judged.denominator', 'judged.multiplier') }}
            when judged.kind = 'rate' then judged.upper_top / judged.below
        end as upper,
        if(judged.reason is null, judged.numerator, null) as numerator,
        if(judged.reason is null, judged.denominator, null) as denominator,
        case
            when judged.reason = 'restated_part_suppressed' then 'suppressed'
            when judged.reason is not null then 'missing'
            when judged.is_model_estimate then 'modelled'
            when judged.is_estimated or judged.is_imputed then 'imputed'
            when judged.is_provisional then 'provisional'
            else 'observed'
        end as value_status,
        judged.reason as suppression_reason,
        case
            when judged.reason is null then null
            when judged.reason in ('restated_part_suppressed', 'restated_part_missing')
                then if(judged.is_ours, 'workplace', 'publisher')
            else 'workplace'
        end as withheld_by,
        case when judged.is_corrected then 'corrected' when judged.is_flagged then 'flagged' else 'none' end as quality_flag,
        judged.is_model_estimate,
        judged.from_vintage,
        judged.from_region_codes,
        judged.is_estimated,
        judged.snapshot_id
    from judged
    left join delivered
        on
            judged.indicator_id = delivered.indicator_id
            and judged.region_code = delivered.region_code
            and judged.period_id = delivered.period_id
            and judged.sex = delivered.sex
            and judged.age_band = delivered.age_band
            and judged.from_vintage < delivered.region_vintage
    where delivered.region_code is null

),

final as (

    select
        *,
        case
            when value is null then 'none'
            when lower is not null and upper is not null then 'computed'
            when is_model_estimate then 'not_delivered'
            else 'none'
        end as interval_status
    from restated

)

select * from final
order by indicator_id, region_level, region_code, year
