{#- Fails for every group in which the parts do not add up to the row of the whole, or that has only one of the two. -#}
{% test parts_make_the_whole(model, value, column, whole, within) %}
select
    {{ within | join(', ') }},
    sum({{ value }}) filter (where {{ column }} = '{{ whole }}') as of_the_whole,
    sum({{ value }}) filter (where {{ column }} != '{{ whole }}') as of_the_parts
from {{ model }}
group by {{ within | join(', ') }}
having of_the_whole is distinct from of_the_parts
{% endtest %}
