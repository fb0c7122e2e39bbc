{#- The summary as text, with a number per person; beside key and family it has the columns that the cohort gives it. -#}
{% macro delivered_people() -%}
{%- do source('ml_panel_waves', 'summary') -%}
{%- set found = rows_of('select * from ' ~ source('declarations', 'people')) -%}
{%- for one in found %}
select
    row_number() over () - 1 as person_number,
    {{ quoted(one.key) }} as person,
    {{ quoted(one.family) }} as family
    {%- for name in one.header if name not in (one.key, one.family) %},
    {{ quoted(name) }}
    {%- endfor %}
from {{ delivered_text(one.summary_path, one.header) }}
{%- else %}
select 1 as person_number where false
{%- endfor %}
{%- endmacro %}
