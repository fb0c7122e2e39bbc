{#-
    On Spark a source is a registered table: the place, format and columns that `_sources.yml` tells DuckDB to read are registered
    under the name of the source before anything is made. Nothing is copied; with storage that the cluster reaches, the
    places are addresses there.
-#}
{% macro register_sources() -%}{{ adapter.dispatch('register_sources')() }}{%- endmacro %}
{% macro default__register_sources() -%}{%- endmacro %}
{% macro spark__register_sources() -%}
    {%- if execute -%}
        {%- for source in graph.sources.values() if source.config.meta.external_location or source.meta.external_location -%}
            {%- do run_query('create schema if not exists ' ~ source.schema) -%}
            {%- do run_query('drop table if exists ' ~ source.schema ~ '.' ~ source.identifier) -%}
            {%- do run_query(registered(source)) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- Spark takes the text of a year for a moment where it is let to: moments stay texts. -#}
{#- The statement that registers a source: `read_json('<place>', …, columns = {<name>: '<type>', …})` in Spark's words. -#}
{% macro registered(source) -%}
    {%- set told = (source.config.meta.external_location or source.meta.external_location) | replace('%%', '%') -%}
    {%- set place = told.split("'")[1] | replace('{name}', source.name) | replace('{identifier}', source.identifier) -%}
    {%- set columns = told.split('{')[-1].split('}')[0] | replace("'", '') | replace(':', '') | replace('varchar', 'string')
        if 'columns = {' in told else '' -%}
    create table {{ source.schema }}.{{ source.identifier }} {% if columns %}({{ columns }}) {% endif -%}
    using {{ 'json' if told.startswith('read_json') else 'parquet' }}
    options (path '{{ place }}'{{ ", multiLine 'true'" if told.startswith('read_json') }})
{%- endmacro %}
