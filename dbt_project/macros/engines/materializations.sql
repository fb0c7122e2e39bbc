{#-
    On DuckDB a table or view takes the place of what stood there in one transaction: whoever reads meanwhile has the one or the
    other, and where the statement fails the old one stays. dbt-duckdb makes it beside the old one, renames both and drops the old:
    three statements more per model, for each of which dbt makes the context of all macros anew.
-#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {{ return(made_in_its_place('table', pre_hooks + post_hooks)) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb', supported_languages=['sql'] %}
    {{ return(made_in_its_place('view', pre_hooks + post_hooks)) }}
{% endmaterialization %}

{#- Makes the model at hand a table or a view, and tells dbt what there is now. -#}
{% macro made_in_its_place(type, hooks) -%}
    {%- do nothing_more_is_asked(hooks) -%}
    {%- set made = this.incorporate(type=type) -%}
    {% call statement('main') -%}
        {{ without_the_old(made) }}
        {{ create_table_as(False, made, compiled_code) if type == 'table' else get_create_view_as_sql(made, compiled_code) }}
    {%- endcall %}
    {% do persist_docs(made, model) %}
    {% do adapter.commit() %}
    {{ return({'relations': [made]}) }}
{%- endmacro %}

{#- Drops what stands there under this name, be it a table or a view. -#}
{% macro without_the_old(relation) -%}
    {%- set old = load_cached_relation(relation) -%}
    {%- if old is not none -%}
        drop {{ old.type }} if exists {{ old }} cascade;
    {%- endif -%}
{%- endmacro %}

{#- What dbt-duckdb does besides and this does not would be passed over without a word: that is told. -#}
{% macro nothing_more_is_asked(hooks) -%}
    {%- if hooks or config.get('indexes') or config.get('grants') -%}
        {{ exceptions.raise_compiler_error(
            "pre_hook, post_hook, indexes and grants are not carried out: see macros/engines/materializations.sql"
        ) }}
    {%- endif -%}
{%- endmacro %}
