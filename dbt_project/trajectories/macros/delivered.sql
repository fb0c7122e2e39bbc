{#- A delivered file, squeezed as a snapshot keeps it, with every cell as text; an empty cell is null, and a column that is not there fails. -#}
{% macro delivered(source_table, name) -%}
{%- do source('care_trajectories', source_table) -%}
read_csv(
    '{{ env_var("DWP_CARE_RAW") | replace("'", "''") }}/{{ name }}.csv.gz', delim = ';', header = true, all_varchar = true, quote = '"',
    escape = '"')
{%- endmacro %}

{#- The rows of a query, each a dict; none while dbt only reads the project. -#}
{% macro rows_of(sql) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set text = run_query("select coalesce(to_json(list(found)), '[]') from (" ~ sql ~ ") as found").columns[0].values()[0] -%}
    {{ return(fromjson(text)) }}
{%- endmacro %}

{#- The declared factors of an intake as columns: answers as numbers, null where one is not known. -#}
{% macro factors_as_numbers() -%}
{%- set found = rows_of('select factor, kind from ' ~ source('care_declarations', 'factors') ~ ' order by factor_number') -%}
{%- for one in found %}
{%- if one.kind == 'yes_no' %}
        case "{{ one.factor }}" when 'J' then 1.0 when 'N' then 0.0 end as "{{ one.factor }}"
{%- else %}
        try_cast("{{ one.factor }}" as double) as "{{ one.factor }}"
{%- endif %}
{%- if not loop.last %},{% endif %}
{%- endfor %}
{%- endmacro %}

{#- Fails for every row: the model holds what is wrong. -#}
{% test is_empty(model) %}
select * from {{ model }}
{% endtest %}
