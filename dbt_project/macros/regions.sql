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
