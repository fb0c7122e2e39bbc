-- A table: the values read it once per term, and reading the deliveries anew costs four times as much.
{{ config(materialized='table') }}

with observations as (

    select * from {{ ref('int_observations__corrected') }}

),

sources as (

    select
        source_id,
        is_model_estimate,
        disclosure
    from {{ ref('stg_catalogue__sources') }}

),

lives as (

    select
        gemeente_code,
        first_vintage,
        last_vintage
    from {{ ref('stg_catalogue__gemeente_lives') }}

),

-- Tables of many years list gemeenten that had ended before the year of the table's classification.
placed as (

    select
        {{ star_replacing(['region_vintage'], of='observations') }}
            {{ lived_vintage('observations.region_vintage', 'lives.first_vintage', 'lives.last_vintage') }} as region_vintage
        {{ replaced() }}
    from observations
    left join lives on observations.region_code = lives.gemeente_code

),

final as (

    select
        observations.source_id,
        observations.measure_code,
        observations.region_code,
        observations.region_level,
        observations.region_vintage,
        observations.region_code || '@' || observations.region_vintage as region_id,
        {{ period_id('observations.period_start', 'observations.period_end') }} as period_id,
        observations.period_start,
        observations.period_end,
        year(observations.period_end) as year,
        observations.sex,
        observations.age_band,
        observations.value,
        observations.lower,
        observations.upper,
        observations.numerator,
        observations.denominator,
        observations.value_status,
        case when observations.value is null then coalesce(observations.suppression_reason, 'not_delivered') end
            as suppression_reason,
        -- Who holds back what is absent: whoever made the delivery, or the workplace that reads it.
        case
            when observations.value is not null then null
            when
                sources.disclosure != 'already_public'
                or observations.quality_flag = 'dropped'
                or observations.suppression_reason = 'model_abstains'
                then 'workplace'
            else 'publisher'
        end as withheld_by,
        observations.quality_flag,
        -- The mean of estimates over the country is an estimate too.
        sources.is_model_estimate,
        observations.snapshot_id
    from placed as observations
    inner join sources on observations.source_id = sources.source_id
    -- What a source did not measure that year is no observation; it stays visible in staging.
    where observations.suppression_reason is distinct from 'not_collected'

)

select * from final
