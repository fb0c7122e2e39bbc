{#- Age band of a StatLine age code; null for an unknown one, which a test refuses. -#}
{% macro age_band(code) -%}
    case trim({{ code }}) when '20300' then '18+' when '53115' then '18-64' when '80200' then '65+' end
{%- endmacro %}

{#- First year of the five-year band of a StatLine code for a year of age; null for other codes. 22000 is 95 and older, and the
    ages from there on are in it. -#}
{% macro five_year_band(code) -%}
    case
        when trim({{ code }}) = '10010' then 0
        when trim({{ code }}) = '22000' then 95
        when {{ matches('trim(' ~ code ~ ')', '^1(0[1-9]|[1-8][0-9]|9[0-4])00$') }}
            then cast(floor((cast(trim({{ code }}) as integer) - 10000) / 500) as integer) * 5
    end
{%- endmacro %}

{#- Sex of a StatLine code for person features; null for an unknown one, which a test refuses. -#}
{% macro sex(code) -%}
    case trim({{ code }}) when 'T009002' then 'total' when 'T001038' then 'total' when '3000' then 'men' when '4000' then 'women' end
{%- endmacro %}

{#- The number in a delivered text; null for marks such as '.' and for magic numbers of -99990 and below. -#}
{% macro decoded_value(raw) -%}
    case when try_cast({{ raw }} as double) > -99990 then try_cast({{ raw }} as double) end
{%- endmacro %}

{#- What a text without a number says: a mark hides the value, blank was not measured, other text is not to be relied on. -#}
{% macro reason_without_value(raw) -%}
    case
        when trim(coalesce({{ raw }}, '')) = '' then 'not_collected'
        when trim({{ raw }}) in ('.', 'x', '-') or try_cast({{ raw }} as double) <= -99990 then 'source_secret'
        else 'source_unreliable'
    end
{%- endmacro %}
