{#- The columns that a contract promises, without rows: on Spark a text is a `string`, whatever the contract calls it. -#}
{% macro spark__get_empty_schema_sql(columns) -%}
    select
    {%- for column in columns.values() %}
        cast(null as {{ text_type() if column['data_type'] == 'varchar' else column['data_type'] }}) as {{ column['name'] }}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- What a contract promises of empty cells is looked at by tests here: a table in Parquet cannot be told that a column has none. -#}
{% macro spark__persist_constraints(relation, model) %}{% endmacro %}
