{#- Region code as it is called here: trimmed, and the country is always NL00. -#}
{% macro region_code(delivered) -%}
    case when trim({{ delivered }}) = 'NL01' then 'NL00' else trim({{ delivered }}) end
{%- endmacro %}

{#- Level of a region, from the letters its code starts with; null for an unknown kind. CG: gemeenten taken together. -#}
{% macro region_level(code) -%}
    case left({{ code }}, 2)
        when 'NL' then 'country'
        when 'PV' then 'province'
        when 'CR' then 'corop'
        when 'GG' then 'ggd_region'
        when 'GM' then 'gemeente'
        when 'CG' then 'gemeente'
        when 'WK' then 'wijk'
        when 'BU' then 'buurt'
    end
{%- endmacro %}

{#- The classification that a delivered code is of: the one of its table, or the nearest in which the code exists. -#}
{% macro lived_vintage(vintage, first_vintage, last_vintage) -%}
    least(greatest({{ vintage }}, coalesce({{ first_vintage }}, {{ vintage }})), coalesce({{ last_vintage }}, {{ vintage }}))
{%- endmacro %}

{#- How a figure is moved to other boundaries, by its unit: counts are divided, rates and scores averaged by residents. -#}
{% macro restating_kind(unit) -%}
    case
        when {{ unit }} in ('aantal', 'DALY') then 'count'
        -- What is measured per area of land, in classes or in waiting time is no mean over residents.
        when {{ unit }} in ('inwoners per km2', 'klasse 1-5', 'weken') then 'none'
        else 'rate'
    end
{%- endmacro %}
