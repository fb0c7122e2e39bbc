{#-
    The observations of a partner's source in the observation contract: its protected table already has that form, as the rows
    behind it never come here.
-#}
{% macro protected_observations(source_id) -%}
with delivered as (

    select * from {{ source('deliveries', source_id) }}

),

sources as (

    select
        source_id,
        region_vintage,
        snapshot_id
    from {{ ref('stg_catalogue__sources') }}
    where source_id = '{{ source_id }}'

),

final as (

    select
        sources.source_id,
        delivered.measure_code,
        delivered.region_code,
        {{ region_level('delivered.region_code') }} as region_level,
        sources.region_vintage,
        make_date(cast(delivered.year as integer), 1, 1) as period_start,
        make_date(cast(delivered.year as integer), 12, 31) as period_end,
        'year' as period_grain,
        delivered.sex,
        delivered.age_band,
        cast(delivered.value as double) as value,
        cast(delivered.lower as double) as lower,
        cast(delivered.upper as double) as upper,
        cast(delivered.numerator as double) as numerator,
        cast(delivered.denominator as double) as denominator,
        delivered.value_status,
        delivered.suppression_reason,
        sources.snapshot_id
    from delivered
    cross join sources

)

select * from final
{%- endmacro %}
