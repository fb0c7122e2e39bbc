{#- Fails where a value and its status contradict each other: a null that no status explains, or a hidden value;
    and where an empty cell lacks its reason or whoever holds the figure back. -#}
{% test value_or_status(model) %}
select *
from {{ model }}
where
    (value is null) != (value_status in ('suppressed', 'missing'))
    or (value is null) != (suppression_reason is not null)
    or (value is null) != (withheld_by is not null)
{% endtest %}
