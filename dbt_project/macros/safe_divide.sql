{#- A quotient that is null, not infinite, when there is nothing to divide by. -#}
{% macro safe_divide(numerator, denominator) -%}
    ({{ numerator }} / nullif({{ denominator }}, 0))
{%- endmacro %}
