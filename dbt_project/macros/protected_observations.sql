{#-
    The observations of a partner's source in the observation contract: its protected table already has that form, as the rows
    behind it never come here. `together` says per last year the first one that is counted with it (`micro.pooled`).
-#}
{% macro protected_observations(source_id, together={}) -%}
{%- set year = 'cast(delivered.year as integer)' -%}
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
        {%- if together %}
        make_date(
            case {{ year }} {% for last, first in together.items() %}when {{ last }} then {{ first }} {% endfor %}else {{ year }} end,
            1, 1
        ) as period_start,
        {%- else %}
        make_date({{ year }}, 1, 1) as period_start,
        {%- endif %}
        make_date({{ year }}, 12, 31) as period_end,
        {{ period_grain('period_start', 'period_end') }} as period_grain,
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
