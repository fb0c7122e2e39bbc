{#-
    A model that names in its `meta` what it is made in parts by is made one range of keys after another where there are many
    rows, so that it needs no more memory than for the country of today (docs/decisions/0120): `in_parts: {by: <column>, of: <model
    that it reads>}`. It goes by that column in every step that holds many rows, and what grows is read `where {{ in_part(…) }}`.
-#}

{#- Says what is read of a part. By itself that is everything: as one part, in a test, by hand, and on Spark, which spreads rows itself. -#}
{% macro in_part(column) -%}true /* in part: {{ column }} */{%- endmacro %}

{#- dbt-duckdb's own, which is then said for each part; where one part is enough it is said as it is. -#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
    {%- set told = (config.get('meta') or {}).get('in_parts') -%}
    {%- set parts = key_ranges(ref(told.of), told.by) if told and not temporary else [] -%}
    {%- set first = of_part(compiled_code, parts[0]) if parts | length > 1 else compiled_code -%}
    {{ dbt.duckdb__create_table_as(temporary, relation, first, language, partitioned_by, sorted_by) }}
    {%- for part in parts[1:] %}
    insert into {{ relation }} by name ({{ of_part(compiled_code, part) }});
    {%- endfor %}
{%- endmacro %}

{#- First and last key of parts of much the same size, each with about `rows_in_part` rows at most. -#}
{% macro key_ranges(relation, key) -%}
    {%- set found = run_query(
        'with counted as (select ' ~ key ~ ' as key, count(*) as n from ' ~ relation ~ ' group by key),'
        ~ ' placed as (select key, sum(n) over (order by key) - n as before, sum(n) over () as total from counted)'
        ~ ' select min(key), max(key) from placed'
        ~ ' group by cast(floor(before * ceil(total / ' ~ var('rows_in_part') ~ ') / total) as integer) order by 1'
    ) -%}
    {{ return(found.rows | list) }}
{%- endmacro %}

{#- A statement for one range of keys: as a least and a greatest, so that the engine passes over what it knows to lie outside. -#}
{% macro of_part(code, keys) -%}
    {{- modules.re.sub('true /[*] in part: ([a-z_.]+) [*]/', "\\1 >= '" ~ keys[0] ~ "' and \\1 <= '" ~ keys[1] ~ "'", code) -}}
{%- endmacro %}
