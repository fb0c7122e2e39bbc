{#- The recent trend of every series of five years or more, as datawerkplaats.statistics.trend defines it. -#}
{{ config(materialized='table', meta={'in_parts': {'by': 'indicator_id', 'of': 'int_observations__current'}}) }}

with points as (

    select
        indicator_id,
        region_code,
        age_band,
        sex,
        year,
        value,
        lower,
        upper,
        is_model_estimate
    from {{ ref('int_observations__current') }}
    where value is not null and {{ in_part('indicator_id') }}

),

-- Most series are shorter: counting them first is what keeps the rest small.
long_enough as (

    select
        indicator_id,
        region_code,
        age_band,
        sex
    from points
    group by indicator_id, region_code, age_band, sex
    having count(*) >= 5

),

latest as (

    select
        points.*,
        -- A year comes once in a series. DuckDB makes lists of a `row_number` that is cut off, and lists have to fit in memory.
        rank() over (
            partition by points.indicator_id, points.region_code, points.age_band, points.sex
            order by points.year desc
        ) as place
    from points
    inner join long_enough
        on
            points.indicator_id = long_enough.indicator_id
            and points.region_code = long_enough.region_code
            and points.age_band = long_enough.age_band
            and points.sex = long_enough.sex
    qualify place <= 5

),

judged as (

    select
        indicator_id,
        region_code,
        age_band,
        sex,
        min(year) as first_year,
        max(year) as last_year,
        case
            when bool_or(is_model_estimate) then 'modelled_series'
            when count(lower) < 5 or count(upper) < 5 then 'interval_required'
            when bool_or(lower > value or value > upper or lower = upper) then 'invalid_input'
            else ''
        end as own_reason
    from latest
    group by indicator_id, region_code, age_band, sex

),

-- Where two series meet: the first year of another method, and a year whose figure a correction took out.
seams as (

    select
        judged.indicator_id,
        judged.region_code,
        judged.age_band,
        judged.sex,
        breaks.first_year
    from judged
    inner join {{ ref('stg_catalogue__indicator_breaks') }} as breaks on judged.indicator_id = breaks.indicator_id
    union all
    select
        judged.indicator_id,
        judged.region_code,
        judged.age_band,
        judged.sex,
        taken_out.year as first_year
    from judged
    inner join {{ ref('int_observations__current') }} as taken_out
        on
            judged.indicator_id = taken_out.indicator_id
            and judged.region_code = taken_out.region_code
            and judged.age_band = taken_out.age_band
            and judged.sex = taken_out.sex
            and taken_out.quality_flag = 'dropped'

),

-- A seam within the five years makes two series of them.
explained as (

    select
        judged.indicator_id,
        judged.region_code,
        judged.age_band,
        judged.sex,
        judged.first_year,
        case
            when {{ some_value('judged.own_reason') }} = 'modelled_series' or count(seams.first_year) = 0
                then {{ some_value('judged.own_reason') }}
            else 'broken_series'
        end as reason
    from judged
    left join seams
        on
            judged.indicator_id = seams.indicator_id
            and judged.region_code = seams.region_code
            and judged.age_band = seams.age_band
            and judged.sex = seams.sex
            and judged.first_year < seams.first_year
            and judged.last_year >= seams.first_year
    group by judged.indicator_id, judged.region_code, judged.age_band, judged.sex, judged.first_year

),

-- Six fits: of all five points (left out: 0), and of four of them at a time.
fits as (

    select {{ each_of(0, 6) }} as left_out

),

weighed as (

    select
        latest.indicator_id,
        latest.region_code,
        latest.age_band,
        latest.sex,
        fits.left_out,
        latest.year - explained.first_year + 1 as t,
        latest.value as y,
        if(latest.place = fits.left_out, 0.0, {{ raised('((latest.upper - latest.lower) / 3.92)', '-2.0') }}) as w
    from latest
    inner join explained
        on
            latest.indicator_id = explained.indicator_id
            and latest.region_code = explained.region_code
            and latest.age_band = explained.age_band
            and latest.sex = explained.sex
            and explained.reason = ''
    cross join fits

),

fitted as (

    select
        indicator_id,
        region_code,
        age_band,
        sex,
        left_out,
        (sum(w) * sum(w * t * y) - sum(w * t) * sum(w * y)) / (sum(w) * sum(w * t * t) - {{ raised('sum(w * t)', 2) }}) as slope,
        sqrt(sum(w) / (sum(w) * sum(w * t * t) - {{ raised('sum(w * t)', 2) }})) as slope_error
    from weighed
    group by indicator_id, region_code, age_band, sex, left_out

),

tested as (

    select
        indicator_id,
        region_code,
        age_band,
        sex,
        max(slope) filter (where left_out = 0) as slope,
        max(slope_error) filter (where left_out = 0) as slope_error,
        min(sign(slope)) = max(sign(slope)) as agrees
    from fitted
    group by indicator_id, region_code, age_band, sex

),

final as (

    select
        explained.indicator_id,
        explained.region_code,
        explained.age_band,
        explained.sex,
        case
            when explained.reason != '' then 'cannot_be_calculated'
            -- 9.5495: the 99.8 per cent quantile of chi-square with one degree of freedom.
            when tested.agrees and {{ raised('(tested.slope / tested.slope_error)', 2) }} > 9.54953570608324
                then if(tested.slope > 0, 'increasing', 'decreasing')
            else 'no_significant_change'
        end as trend,
        explained.reason as trend_reason
    from explained
    left join tested
        on
            explained.indicator_id = tested.indicator_id
            and explained.region_code = tested.region_code
            and explained.age_band = tested.age_band
            and explained.sex = tested.sex

)

select * from final
