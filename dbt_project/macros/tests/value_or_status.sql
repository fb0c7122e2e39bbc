{#- Fails where a value and its status contradict each other: a null without a status that says so, or a hidden value that is there. -#}
{% test value_or_status(model) %}
select *
from {{ model }}
where (value is null) != (value_status in ('suppressed', 'missing'))
{% endtest %}
