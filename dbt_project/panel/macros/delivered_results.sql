{#-
    The answers of every questionnaire as text: a column per question whatever the questionnaire calls it, null where a cell is
    empty or nothing was put. Rows keep the order of the files, so that their place tells the line of the file.
-#}
{% macro delivered_results() -%}
{%- do source('ml_panel_waves', 'results') -%}
{%- set files = rows_of("
    select
        file_number,
        any_value(files.results_path) as path,
        any_value(files.header) as header,
        (select key from " ~ source('declarations', 'people') ~ ") as key,
        string_agg(
            coalesce('\"' || replace(variable, '\"', '\"\"') || '\"', 'null::varchar') || ' as ' || question, ',\n    '
            order by question_number
        ) as answers
    from " ~ source('declarations', 'files') ~ " as files
    inner join " ~ ref('stg_panel__variables') ~ " as variables using (file_number)
    group by file_number
    order by file_number") -%}
{%- for file in files %}
{{ 'union all' if not loop.first }}
select
    {{ file.file_number }} as file_number,
    {{ quoted(file.key) }} as person,
    {{ file.answers }}
from {{ delivered_text(file.path, file.header) }}
{%- else %}
select 1 as file_number where false
{%- endfor %}
{%- endmacro %}
