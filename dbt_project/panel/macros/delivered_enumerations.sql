{#- The enumerations of every questionnaire as text, in the order in which they were delivered. -#}
{% macro delivered_enumerations() -%}
{%- do source('ml_panel_waves', 'enumerations') -%}
{%- set files = rows_of("
    select file_number, enumerations_path as path, enumerations_header as header
    from " ~ source('declarations', 'files') ~ "
    order by file_number") -%}
{%- for file in files %}
{{ 'union all' if not loop.first }}
select
    {{ file.file_number }} as file_number,
    row_number() over () as code_number,
    variable_name as variable,
    enumeration_code as code
from {{ delivered_text(file.path, file.header) }}
{%- else %}
select 1 as file_number where false
{%- endfor %}
{%- endmacro %}
