{#- Fails for every row: the model holds what is wrong. -#}
{% test is_empty(model) %}
select * from {{ model }}
{% endtest %}

{#- Fails for a code that is neither decoded nor missing, and for one that is both. -#}
{% test value_or_missing_code(model) %}
select * from {{ model }}
where (value is null) = (missing_code is null)
{% endtest %}

{#- Fails for a missing code that the feature set does not declare. -#}
{% test declared_missing_code(model, column_name) %}
select {{ column_name }} from {{ model }}
where {{ column_name }} not in (select code from {{ source('declarations', 'missing_codes') }})
{% endtest %}

{#- Fails for what became known after the index wave. -#}
{% test never_from_the_future(model) %}
select * from {{ model }}
where lag_waves < 0
{% endtest %}
