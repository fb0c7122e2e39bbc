{#-
    The observations of a source whose columns the catalogue declares, in the observation contract; the arguments are its
    declaration (catalogue/sources, `observations`).

    region: column with the region code, or none for a table about the country only. period, age, person: columns with the
    year, age and sex; without them the source's own year, the age band in `population_age` and both sexes. margins: column that tells estimates from
    bounds. split: the dimension whose categories are measures. untyped: an empty text was not measured. levels: the
    only region levels that may be read. status: what a value is called where it is no model estimate.
    abstains: no value means that a model was not sure enough to speak, not that somebody hid it.
-#}
{% macro declared_observations(
    source_id, region='region_code', period=none, age=none, person=none, margins=none, split=none, untyped=false,
    levels=none, status='observed', population_age='all', abstains=false
) -%}
{%- set dimensions = [region, period, age, person, split, margins] | select | list -%}
with delivered as (

    select * from {{ source('deliveries', source_id) }}

),

measures as (

    select
        column_name,
        category,
        measure_code,
        has_values
    from {{ ref('stg_catalogue__measures') }}
    where source_id = '{{ source_id }}'

),

sources as (

    select
        source_id,
        cast(period_id as integer) as own_year,
        region_vintage,
        is_model_estimate,
        snapshot_id
    from {{ ref('stg_catalogue__sources') }}
    where source_id = '{{ source_id }}'

),

keyed as (

    select
        {% if region %}{{ region_code(region) }}{% else %}'NL00'{% endif %} as region_key,
        {% if period %}trim(cast({{ period }} as {{ text_type() }})){% else %}''{% endif %} as period_key,
        {% if age %}{{ age_band(age) }}{% else %}'{{ population_age }}'{% endif %} as age_key,
        {% if person %}{{ sex(person) }}{% else %}'total'{% endif %} as sex_key,
        {% if split %}trim({{ split }}){% else %}cast(null as {{ text_type() }}){% endif %} as category_key,
        {% if margins %}trim({{ margins }}){% else %}'MW00000'{% endif %} as margin_key,
        {{ other_columns(source('deliveries', source_id), ['ID'] + dimensions) }}
    from delivered

),

-- Whole years only; 0998 stands for abroad.
kept as (

    select {{ star_without(['period_key']) }}, try_cast(left(period_key, 4) as integer) as year_key
    from keyed
    where
        {% if period %}{{ matches('period_key', '^[0-9]{4}(JJ..|SJ..|X0..|[.]0)?$') }} and{% endif %}
        substring(region_key, 3, 4) != '0998'
        and {{ region_level('region_key') }} is not null
        {% if levels %}and {{ region_level('region_key') }} in ('{{ levels | join("', '") }}'){% endif %}

),

cells as (

    select *
    from kept
    {{ unpivoted(
        source('deliveries', source_id), ['ID'] + dimensions,
        ['region_key', 'year_key', 'age_key', 'sex_key', 'category_key', 'margin_key']
    ) }}

),

gathered as (

    select
        region_key,
        year_key,
        age_key,
        sex_key,
        category_key,
        column_name,
        {% if margins %}
        {{ some_value('raw_value') }} filter (where margin_key = 'MW00000') as raw_value,
        max({{ decoded_value('raw_value') }}) filter (where margin_key = 'MOG0095') as lower_bound,
        max({{ decoded_value('raw_value') }}) filter (where margin_key = 'MBG0095') as upper_bound
        {% else %}
        raw_value,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound
        {% endif %}
    from cells
    {% if margins %}group by all{% endif %}

),

decoded as (

    select
        *,
        {{ region_level('region_key') }} as level_key,
        {{ decoded_value('raw_value') }} as decoded_value,
        {{ reason_without_value('raw_value') }} as reason
    from gathered

),

final as (

    select
        sources.source_id,
        measures.measure_code,
        decoded.region_key as region_code,
        decoded.level_key as region_level,
        sources.region_vintage,
        make_date(coalesce(decoded.year_key, sources.own_year), 1, 1) as period_start,
        make_date(coalesce(decoded.year_key, sources.own_year), 12, 31) as period_end,
        'year' as period_grain,
        decoded.sex_key as sex,
        decoded.age_key as age_band,
        decoded.decoded_value as value,
        decoded.lower_bound as lower,
        decoded.upper_bound as upper,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        case
            {% if abstains %}when decoded.decoded_value is null then 'missing'
            {% endif -%}
            when decoded.decoded_value is null then if(decoded.reason = 'not_collected', 'missing', 'suppressed')
            when sources.is_model_estimate then 'modelled'
            else '{{ status }}'
        end as value_status,
        -- A typed table does not tell why one value is absent; a column without any has not been filled.
        case
            when decoded.decoded_value is not null then null
            {% if abstains %}when true then 'model_abstains'
            {% endif -%}
            when decoded.reason != 'not_collected' then decoded.reason
            when {{ 'true' if untyped else 'not measures.has_values' }} then 'not_collected'
        end as suppression_reason,
        sources.snapshot_id
    from decoded
    inner join measures
        on decoded.column_name = measures.column_name and decoded.category_key is not distinct from measures.category
    cross join sources

)

select * from final
{%- endmacro %}
