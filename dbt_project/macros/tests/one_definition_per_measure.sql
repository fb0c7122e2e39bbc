{#- Fails for a measure with two instruments, cut-offs or populations: these are different concepts and never one series. -#}
{% test one_definition_per_measure(model) %}
select source_id, measure_code, denominator_code
from {{ model }}
where status = 'active'
group by source_id, measure_code, denominator_code
having count(distinct (instrument, cut_off, population_en)) > 1
{% endtest %}
