{#-
    The word for an interval beside a comparator: better or worse (lower or higher where polarity is neutral) where the
    interval lies wholly and strictly on one side, similar where it does not, not_tested without an interval or comparator.
    Never call it for a model estimate beside its own year before, or for an area beside itself.
-#}
{% macro significance_class(lower, upper, comparator, polarity) -%}
    case
        when {{ lower }} is null or {{ upper }} is null or {{ comparator }} is null or {{ lower }} > {{ upper }} then 'not_tested'
        when {{ upper }} < {{ comparator }}
            then case {{ polarity }} when 'higher_is_better' then 'worse' when 'higher_is_worse' then 'better' else 'lower' end
        when {{ lower }} > {{ comparator }}
            then case {{ polarity }} when 'higher_is_better' then 'better' when 'higher_is_worse' then 'worse' else 'higher' end
        else 'similar'
    end
{%- endmacro %}
