{#- The figures that stand beside the polygons of areas, in the observation contract: each number of a feature is a measure. -#}
{%- set sources = ['pdok_gemeente_2022', 'pdok_wijk_2022', 'pdok_buurt_2022', 'pdok_wijk_2024'] -%}
with delivered as (

    {% for source_id in sources -%}
        select
            '{{ source_id }}' as source_id,
            trim(region_code) as region_code,
            properties_json
        from {{ source('deliveries', source_id) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Names, codes and the year of the map are no figures.
{{ json_numbers('delivered', 'properties_json', kept=['source_id', 'region_code'], without=['jaar', 'year']) }},

final as (

    select
        sources.source_id,
        numbers.measure_code,
        numbers.region_code,
        {{ region_level('numbers.region_code') }} as region_level,
        sources.region_vintage,
        make_date(cast(sources.period_id as integer), 1, 1) as period_start,
        make_date(cast(sources.period_id as integer), 12, 31) as period_end,
        'year' as period_grain,
        'total' as sex,
        'all' as age_band,
        {{ decoded_value('numbers.raw_value') }} as value,
        cast(null as double) as lower,
        cast(null as double) as upper,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        case when {{ decoded_value('numbers.raw_value') }} is null then 'suppressed' else 'observed' end as value_status,
        case when {{ decoded_value('numbers.raw_value') }} is null then {{ reason_without_value('numbers.raw_value') }} end
            as suppression_reason,
        sources.snapshot_id
    from numbers
    inner join {{ ref('stg_catalogue__sources') }} as sources on numbers.source_id = sources.source_id
    -- 0998 stands for abroad.
    where substring(numbers.region_code, 3, 4) != '0998'

)

select * from final
