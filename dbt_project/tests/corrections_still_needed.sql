{#- Names every open correction that changes nothing any more: the provider has repaired the value, so close the correction. -#}
{{ config(severity='warn') }}

with corrections as (

    select * from {{ ref('stg_catalogue__corrections') }}
    where expected_value is not null

),

observations as (

    select * from {{ ref('int_observations__unioned') }}

)

select distinct
    corrections.correction_id,
    corrections.source_id,
    corrections.measure_code,
    corrections.region_code
from corrections
left join observations
    on
        corrections.source_id = observations.source_id
        and corrections.measure_code = observations.measure_code
        and corrections.region_code in ('*', observations.region_code)
        and corrections.period_id in ('*', {{ period_id('observations.period_start', 'observations.period_end') }})
        and corrections.age_band in ('*', observations.age_band)
        and abs(observations.value - corrections.expected_value) < 1e-9
where observations.source_id is null
