{#-
    What DuckDB and Spark SQL say in different words about whole relations. DuckDB chooses columns by a condition when a query
    runs; Spark wants their names, which are asked of the relation when the model is compiled.
-#}

{#- A common table expression that is not worked out by itself; Spark never does so. -#}
{% macro not_materialized() -%}{{ adapter.dispatch('not_materialized')() }}{%- endmacro %}
{% macro default__not_materialized() -%}not materialized {% endmacro %}
{% macro spark__not_materialized() -%}{%- endmacro %}

{#- All columns of a relation of the query without some. -#}
{% macro star_without(columns, of='') -%}{{ adapter.dispatch('star_without')(columns, of) }}{%- endmacro %}
{% macro default__star_without(columns, of) -%}{{ of ~ '.' if of }}* exclude ({{ columns | join(', ') }}){%- endmacro %}
{% macro spark__star_without(columns, of) -%}{{ of ~ '.' if of }}* except ({{ columns | join(', ') }}){%- endmacro %}

{#-
    All columns of a relation of the query, without some and with some others made anew: the expressions with their names stand
    between `star_replacing` and `replaced`. On Spark these come last, so that what follows has to go by names.
-#}
{% macro star_replacing(columns, of='', without=[]) -%}{{ adapter.dispatch('star_replacing')(columns, of, without) }}{%- endmacro %}
{% macro default__star_replacing(columns, of, without) -%}
    {{ of ~ '.' if of }}*{% if without %} exclude ({{ without | join(', ') }}){% endif %} replace (
{%- endmacro %}
{% macro spark__star_replacing(columns, of, without) -%}
    {{ of ~ '.' if of }}* except ({{ (without + columns) | join(', ') }}),
{%- endmacro %}
{% macro replaced() -%}{{ adapter.dispatch('replaced')() }}{%- endmacro %}
{% macro default__replaced() -%}){%- endmacro %}
{% macro spark__replaced() -%}{%- endmacro %}

{#- The columns of a delivery beside some, as texts unless they are that already. -#}
{% macro other_columns(relation, without, as_text=true) -%}
    {{ adapter.dispatch('other_columns')(relation, without, as_text) }}
{%- endmacro %}
{% macro default__other_columns(relation, without, as_text) -%}
    {% if as_text %}cast({% endif %}columns(lambda c: c not in ('{{ without | join("', '") }}')){% if as_text %} as varchar){% endif %}
{%- endmacro %}
{% macro spark__other_columns(relation, without, as_text) -%}
    {%- for name in adapter.get_columns_in_relation(relation) | map(attribute='name') | reject('in', without) %}cast(`{{ name }}` as string) as `{{ name }}`{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{#- A row per cell, `column_name` and `raw_value`, of a relation of the query made by `other_columns`; `kept` stand beside. -#}
{% macro unpivoted(relation, without, kept, nulls=true) -%}
    {{ adapter.dispatch('unpivoted')(relation, without, kept, nulls) }}
{%- endmacro %}
{% macro default__unpivoted(relation, without, kept, nulls) -%}
    unpivot {{ 'include nulls ' if nulls }}(raw_value for column_name in (columns(* exclude ({{ kept | join(', ') }}))))
{%- endmacro %}
{% macro spark__unpivoted(relation, without, kept, nulls) -%}
    unpivot {{ 'include' if nulls else 'exclude' }} nulls (raw_value for column_name in (
        {%- for name in adapter.get_columns_in_relation(relation) | map(attribute='name') | reject('in', without) %}`{{ name }}`{{ ', ' if not loop.last }}{% endfor -%}
    ))
{%- endmacro %}

{#-
    The rows of `left`, each with the row of `right` of the same key that is the last one not after it; those without one are
    left out.
-#}
{% macro latest_before(left, right, key, at, since) -%}
    {{ adapter.dispatch('latest_before')(left, right, key, at, since) }}
{%- endmacro %}
{% macro default__latest_before(left, right, key, at, since) -%}
    {{ left }}
    asof inner join {{ right }}
        on {{ left }}.{{ key }} = {{ right }}.{{ key }} and {{ left }}.{{ at }} >= {{ right }}.{{ since }}
{%- endmacro %}
{% macro spark__latest_before(left, right, key, at, since) -%}
    {{ left }}
    inner join (
        select *, lead({{ since }}) over (partition by {{ key }} order by {{ since }}) as next_since
        from {{ right }}
    ) as {{ right }}
        on {{ left }}.{{ key }} = {{ right }}.{{ key }} and {{ left }}.{{ at }} >= {{ right }}.{{ since }}
        and ({{ right }}.next_since is null or {{ left }}.{{ at }} < {{ right }}.next_since)
{%- endmacro %}

{#- The numbers of a JSON object, a row each, as common table expressions up to `numbers`. A text of digits is no number. -#}
{% macro json_numbers(relation, object, kept, without) -%}
    {{ adapter.dispatch('json_numbers')(relation, object, kept, without) }}
{%- endmacro %}
{% macro default__json_numbers(relation, object, kept, without) -%}
named as (

    select
        {{ kept | join(', ') }},
        {{ object }},
        unnest(json_keys({{ object }})) as measure_code
    from {{ relation }}

),

told as (

    select
        {{ kept | join(', ') }},
        measure_code,
        json_extract({{ object }}, '$."' || measure_code || '"') as cell
    from named

),

numbers as (

    select
        {{ kept | join(', ') }},
        measure_code,
        cast(cell as varchar) as raw_value
    from told
    where json_type(cell) in ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE') and measure_code not in ('{{ without | join("', '") }}')

)
{%- endmacro %}
{% macro spark__json_numbers(relation, object, kept, without) -%}
numbers as (

    select
        {{ kept | join(', ') }},
        cell.key as measure_code,
        cast(cell.value as string) as raw_value
    from {{ relation }}, lateral variant_explode(parse_json({{ object }})) as cell
    where
        (schema_of_variant(cell.value) in ('BIGINT', 'DOUBLE') or schema_of_variant(cell.value) like 'DECIMAL%')
        and cell.key not in ('{{ without | join("', '") }}')

)
{%- endmacro %}

{#-
    The rows of several relations of the query, columns put together by name; what one of them lacks is null. Spark wants the
    columns that count, and which of them are `absent` per relation; without these it makes a join, for small relations only.
-#}
{% macro union_by_name(relations, columns=[], absent={}) -%}
    {{ adapter.dispatch('union_by_name')(relations, columns, absent) }}
{%- endmacro %}
{% macro default__union_by_name(relations, columns, absent) -%}
    {%- for relation in relations %}
    {{ 'union all by name' if not loop.first }}
    select * from {{ relation }}
    {%- endfor %}
{%- endmacro %}
{% macro spark__union_by_name(relations, columns, absent) -%}
    {%- if columns -%}
        {%- for relation in relations %}
    {{ 'union all' if not loop.first }}
    select
            {%- for column in columns %} {{ 'null as ' if column in absent.get(relation, []) }}{{ column }}{{ ',' if not loop.last }}{% endfor %}
    from {{ relation }}
        {%- endfor %}
    {%- else -%}
    {#- No two rows of two relations have the same side, so that the join puts each row on a line of its own. -#}
    select * except (side) from
        {%- for relation in relations %}
    {{ 'natural full join' if not loop.first }} (select *, {{ loop.index }} as side from {{ relation }})
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
