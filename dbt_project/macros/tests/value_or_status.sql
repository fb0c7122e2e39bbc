{#- Fails where a value and its status contradict each other: a null that no status explains, or a hidden value. -#}
{% test value_or_status(model) %}
select *
from {{ model }}
where (value is null) != (value_status in ('suppressed', 'missing'))
{% endtest %}
