{#- A rate: events per multiplier, null where there is nobody. A proportion is a rate per 1 or per 100. -#}
{% macro rate(x, n, multiplier=1) -%}
    ({{ safe_divide(x, n) }} * {{ multiplier }})
{%- endmacro %}

{#-
    The directly standardised rate over the rows of a group (one row per band of age and sex), as an aggregate expression:
    sum(w x / n) / sum(w) times multiplier. Null below 10 events, for a band without its numbers and for one nobody is in.
-#}
{% macro dsr(events, population, weight, multiplier=100000) -%}
    case
        when {{ dsr_is_complete(events, population, weight) }}
            then {{ multiplier }} * sum({{ weight }} * {{ events }} / nullif({{ population }}, 0)) / sum({{ weight }})
    end
{%- endmacro %}

{#- Dobson's lower limit of the directly standardised rate: value + sqrt(var / O) * (Byar's lower limit of O - O). -#}
{% macro dsr_lower(events, population, weight, multiplier=100000, confidence=95) -%}
    {{ dsr(events, population, weight, multiplier) }}
    + {{ dsr_scale(events, population, weight, multiplier) }}
    * ({{ byar_lower('sum(' ~ events ~ ')', confidence) }} - sum({{ events }}))
{%- endmacro %}

{#- Dobson's upper limit of the directly standardised rate. -#}
{% macro dsr_upper(events, population, weight, multiplier=100000, confidence=95) -%}
    {{ dsr(events, population, weight, multiplier) }}
    + {{ dsr_scale(events, population, weight, multiplier) }}
    * ({{ byar_upper('sum(' ~ events ~ ')', confidence) }} - sum({{ events }}))
{%- endmacro %}

{#- sqrt(var / O) times multiplier, with var = sum(x (w / n)^2) / sum(w)^2: what turns limits of a count into those of the rate. -#}
{% macro dsr_scale(events, population, weight, multiplier=100000) -%}
    {{ multiplier }} * sqrt(
        sum({{ events }} * {{ raised('(' ~ weight ~ ' / nullif(' ~ population ~ ', 0))', 2) }})
        / {{ raised('sum(' ~ weight ~ ')', 2) }} / nullif(sum({{ events }}), 0)
    )
{%- endmacro %}

{#- Whether a standardised rate may be given: 10 events or more, and numbers that can be right in every band. -#}
{% macro dsr_is_complete(events, population, weight) -%}
    sum({{ events }}) >= 10
    and bool_and(coalesce({{ events }} >= 0 and {{ population }} > 0 and {{ weight }} >= 0, false))
{%- endmacro %}
