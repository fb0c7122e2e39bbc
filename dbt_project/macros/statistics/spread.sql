{#-
    How much areas differ beyond chance, and the verdict on one that allows for it: the same definition as
    datawerkplaats.statistics.dispersion (Spiegelhalter 2005, winsorised at 10 per cent; DerSimonian & Laird 1986), in
    expressions over columns. The order: an error of chance per area, its z score, per group the 10 and 90 per cent
    quantiles of z, phi, the variance between areas, and then the word.
-#}

{#- The standard error by chance that an area of `n` people has under the benchmark, in the unit of the figure. -#}
{% macro chance_error(benchmark, n, interval_method, multiplier) -%}
    case {{ interval_method }}
        when 'wilson'
            then sqrt(greatest({{ benchmark }} * ({{ multiplier }} - {{ benchmark }}), 0) / nullif(greatest({{ n }}, 0), 0))
        when 'byar' then sqrt(greatest({{ benchmark }} * {{ multiplier }}, 0) / nullif(greatest({{ n }}, 0), 0))
    end
{%- endmacro %}

{#- What winsorising at 10 per cent leaves of the mean square of a standard normal score. -#}
{% macro left_of_chance() -%}0.6786545589528744{%- endmacro %}

{#- Phi as an aggregate over the areas of a group: the mean square of the winsorised scores beside that of chance. -#}
{% macro dispersion_phi(z, low, high) -%}
    {#- `greatest` passes over nulls: an area without a score would count as one at the edge. #}
    (avg({{ raised('least(greatest(' ~ z ~ ', ' ~ low ~ '), ' ~ high ~ ')', 2) }}) filter (where {{ z }} is not null) / {{ left_of_chance() }})
{%- endmacro %}

{#- The variance between areas as an aggregate over a group, in the square of the figure's unit; 0 for fewer than five areas and where phi is not above 1. -#}
{% macro between_variance(z, low, high, error) -%}
    case
        when count({{ z }}) < 5 or {{ dispersion_phi(z, low, high) }} <= 1 then 0.0
        else
            greatest(
                (count({{ z }}) * {{ dispersion_phi(z, low, high) }} - (count({{ z }}) - 1))
                / (
                    sum({{ raised(error, '-2.0') }}) filter (where {{ z }} is not null)
                    - sum({{ raised(error, '-4.0') }}) filter (where {{ z }} is not null)
                    / sum({{ raised(error, '-2.0') }}) filter (where {{ z }} is not null)
                ), 0.0
            )
    end
{%- endmacro %}

{#- The word for an area beside the benchmark where areas also differ among themselves: outside benchmark -/+ z sqrt(error^2 + tau^2). -#}
{% macro significance_beside_spread(value, benchmark, error, between, polarity, confidence=95) -%}
    {%- set half = critical_value(confidence) ~ ' * sqrt(' ~ raised(error, 2) ~ ' + ' ~ between ~ ')' -%}
    case
        when {{ value }} is null or {{ benchmark }} is null or {{ error }} is null or {{ between }} is null then 'not_tested'
        when {{ value }} < {{ benchmark }} - {{ half }}
            then case {{ polarity }} when 'higher_is_better' then 'worse' when 'higher_is_worse' then 'better' else 'lower' end
        when {{ value }} > {{ benchmark }} + {{ half }}
            then case {{ polarity }} when 'higher_is_better' then 'better' when 'higher_is_worse' then 'worse' else 'higher' end
        else 'similar'
    end
{%- endmacro %}
