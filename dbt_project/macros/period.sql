{#-
    Figures of one year are of the year `2023`; of years counted together, of `2019-2023`. They stand under their last year (`year`).
-#}
{% macro period_id(period_start, period_end) -%}
    if(
        year({{ period_start }}) = year({{ period_end }}),
        cast(year({{ period_end }}) as {{ text_type() }}),
        year({{ period_start }}) || '-' || year({{ period_end }})
    )
{%- endmacro %}

{% macro period_grain(period_start, period_end) -%}
    if(year({{ period_start }}) = year({{ period_end }}), 'year', 'years')
{%- endmacro %}
