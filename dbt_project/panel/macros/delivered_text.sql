{#- Reads a delivered CSV file with every cell as text; an empty cell is null. Nothing is guessed: the header is handed over. -#}
{% macro delivered_text(path, header) -%}
    {%- set columns = header | map('replace', "'", "''") | join("': 'varchar', '") -%}
    read_csv(
        '{{ path | replace("'", "''") }}', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
        columns = {'{{ columns }}': 'varchar'})
{%- endmacro %}

{#- A name quoted for SQL. -#}
{% macro quoted(name) -%} "{{ name | replace('"', '""') }}" {%- endmacro %}

{#- The rows of a query, each a dict; none while dbt only reads the project. -#}
{% macro rows_of(sql) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set text = run_query("select coalesce(to_json(list(found)), '[]') from (" ~ sql ~ ") as found").columns[0].values()[0] -%}
    {{ return(fromjson(text)) }}
{%- endmacro %}
