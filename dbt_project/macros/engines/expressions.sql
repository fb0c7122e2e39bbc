{#-
    What DuckDB and Spark SQL say in different words, in expressions. DuckDB is the reference and its words are the default; a
    model calls the first macro of each three and never asks which engine it is on.
-#}

{#- The type of a text; Spark's `varchar` asks for a length. -#}
{% macro text_type() -%}{{ adapter.dispatch('text_type')() }}{%- endmacro %}
{% macro default__text_type() -%}varchar{%- endmacro %}
{% macro spark__text_type() -%}string{%- endmacro %}

{#- A number raised to a power. -#}
{% macro raised(base, power) -%}{{ adapter.dispatch('raised')(base, power) }}{%- endmacro %}
{% macro default__raised(base, power) -%}{{ base }} ** {{ power }}{%- endmacro %}
{% macro spark__raised(base, power) -%}power({{ base }}, {{ power }}){%- endmacro %}

{#- Whether a part of a text is as a pattern says. -#}
{% macro matches(text, pattern) -%}{{ adapter.dispatch('matches')(text, pattern) }}{%- endmacro %}
{% macro default__matches(text, pattern) -%}regexp_matches({{ text }}, '{{ pattern }}'){%- endmacro %}
{% macro spark__matches(text, pattern) -%}regexp_like({{ text }}, '{{ pattern }}'){%- endmacro %}

{#- Whether a text as a whole is as a pattern says. -#}
{% macro matches_whole(text, pattern) -%}{{ adapter.dispatch('matches_whole')(text, pattern) }}{%- endmacro %}
{% macro default__matches_whole(text, pattern) -%}regexp_full_match({{ text }}, '{{ pattern }}'){%- endmacro %}
{% macro spark__matches_whole(text, pattern) -%}regexp_like({{ text }}, '^({{ pattern }})$'){%- endmacro %}

{#- A text of a JSON object by its name. -#}
{% macro json_text(object, name) -%}{{ adapter.dispatch('json_text')(object, name) }}{%- endmacro %}
{% macro default__json_text(object, name) -%}json_extract_string({{ object }}, '$.{{ name }}'){%- endmacro %}
{% macro spark__json_text(object, name) -%}get_json_object({{ object }}, '$.{{ name }}'){%- endmacro %}

{#- A row for each whole number from `first` up to and not including `end`. -#}
{% macro each_of(first, end) -%}{{ adapter.dispatch('each_of')(first, end) }}{%- endmacro %}
{% macro default__each_of(first, end) -%}unnest(range({{ first ~ ', ' if first }}{{ end }})){%- endmacro %}
{#- A sequence in Spark runs backwards where its end lies before its beginning. -#}
{% macro spark__each_of(first, end) -%}
    explode(filter(sequence({{ first }}, greatest({{ first }}, {{ end }} - 1)), number -> number < {{ end }}))
{%- endmacro %}

{#- Any value of a group that is not null. -#}
{% macro some_value(x) -%}{{ adapter.dispatch('some_value')(x) }}{%- endmacro %}
{% macro default__some_value(x) -%}any_value({{ x }}){%- endmacro %}
{% macro spark__some_value(x) -%}any_value({{ x }}, true){%- endmacro %}

{#- The value beside the least of another expression; values that are null do not count. -#}
{% macro value_at_least(x, by) -%}{{ adapter.dispatch('value_at_least')(x, by) }}{%- endmacro %}
{% macro default__value_at_least(x, by) -%}arg_min({{ x }}, {{ by }}){%- endmacro %}
{% macro spark__value_at_least(x, by) -%}min_by({{ x }}, if({{ x }} is null, null, {{ by }})){%- endmacro %}

{#- The value beside the greatest of another expression; values that are null do not count. -#}
{% macro value_at_most(x, by) -%}{{ adapter.dispatch('value_at_most')(x, by) }}{%- endmacro %}
{% macro default__value_at_most(x, by) -%}arg_max({{ x }}, {{ by }}){%- endmacro %}
{% macro spark__value_at_most(x, by) -%}max_by({{ x }}, if({{ x }} is null, null, {{ by }})){%- endmacro %}

{#-
    Within an aggregate: the order in which fractions are added, so that two builds agree in their last digit. Spark has no
    such order: there the last digits depend on how rows are spread.
-#}
{% macro in_order(by) -%}{{ adapter.dispatch('in_order')(by) }}{%- endmacro %}
{% macro default__in_order(by) -%}order by {{ by }}{%- endmacro %}
{% macro spark__in_order(by) -%}{%- endmacro %}

{#- The texts of a group one after another, in order. -#}
{% macro joined_texts(text, distinct=false) -%}{{ adapter.dispatch('joined_texts')(text, distinct) }}{%- endmacro %}
{% macro default__joined_texts(text, distinct) -%}
    string_agg({{ 'distinct ' if distinct }}{{ text }}, ', ' order by {{ text }})
{%- endmacro %}
{% macro spark__joined_texts(text, distinct) -%}
    listagg({{ 'distinct ' if distinct }}{{ text }}, ', ') within group (order by {{ text }})
{%- endmacro %}

{#- A quantile of a group, between two values where it falls between them. -#}
{% macro quantile(x, share) -%}{{ adapter.dispatch('quantile')(x, share) }}{%- endmacro %}
{% macro default__quantile(x, share) -%}quantile_cont({{ x }}, {{ share }}){%- endmacro %}
{% macro spark__quantile(x, share) -%}percentile({{ x }}, {{ share }}){%- endmacro %}

{#- All values of a group as a list, empty where there are none. -#}
{% macro list_of(x) -%}{{ adapter.dispatch('list_of')(x) }}{%- endmacro %}
{% macro default__list_of(x) -%}coalesce(list({{ x }}), []){%- endmacro %}
{% macro spark__list_of(x) -%}collect_list({{ x }}){%- endmacro %}

{#- Whether a list has a value. -#}
{% macro has(values, x) -%}{{ adapter.dispatch('has')(values, x) }}{%- endmacro %}
{% macro default__has(values, x) -%}list_contains({{ values }}, {{ x }}){%- endmacro %}
{% macro spark__has(values, x) -%}array_contains({{ values }}, {{ x }}){%- endmacro %}

{#- Two columns of a subquery that a pair is looked up in. -#}
{% macro pair(one, other) -%}{{ adapter.dispatch('pair')(one, other) }}{%- endmacro %}
{% macro default__pair(one, other) -%}({{ one }}, {{ other }}){%- endmacro %}
{% macro spark__pair(one, other) -%}{{ one }}, {{ other }}{%- endmacro %}
