{#-
    Intervals as SQL expressions, the same formulas and refusals as datawerkplaats.statistics, which has the sources.
    Arguments are column names or expressions; the answer is null where the library would withhold a figure.
-#}

{#- The standard normal quantile of a two-sided interval at 95 or 99.8 per cent. -#}
{% macro critical_value(confidence=95) -%}
    {{ {95: 1.959963984540054, 99.8: 3.090232306167813}[confidence] }}
{%- endmacro %}

{#- Wilson's lower limit of the proportion x / n, times multiplier; z is the critical value. -#}
{% macro wilson_lower(x, n, z=1.959963984540054, multiplier=1) -%}
    case
        when {{ x }} < 0 or {{ n }} <= 0 or {{ x }} > {{ n }} then null
        -- Rounding would leave the limit a hair off zero.
        when {{ x }} = 0 then 0.0
        else
            {{ multiplier }} * (2.0 * {{ x }} + {{ raised(z, 2) }} - {{ z }} * sqrt({{ raised(z, 2) }} + 4.0 * {{ x }} * (1 - {{ x }} / {{ n }})))
            / (2.0 * ({{ n }} + {{ raised(z, 2) }}))
    end
{%- endmacro %}

{#- Wilson's upper limit of the proportion x / n, times multiplier; z is the critical value. -#}
{% macro wilson_upper(x, n, z=1.959963984540054, multiplier=1) -%}
    case
        when {{ x }} < 0 or {{ n }} <= 0 or {{ x }} > {{ n }} then null
        when {{ x }} = {{ n }} then 1.0 * {{ multiplier }}
        else
            {{ multiplier }} * (2.0 * {{ x }} + {{ raised(z, 2) }} + {{ z }} * sqrt({{ raised(z, 2) }} + 4.0 * {{ x }} * (1 - {{ x }} / {{ n }})))
            / (2.0 * ({{ n }} + {{ raised(z, 2) }}))
    end
{%- endmacro %}

{#-
    Exact (Garwood) limits of the counts 0 to 9, where Byar's approximation is too rough: chi2(alpha/2; 2x)/2 and
    chi2(1 - alpha/2; 2x + 2)/2. DuckDB has no chi-square quantile; a test compares these with SciPy's.
-#}
{% macro exact_poisson_limits(x, side, confidence=95) -%}
    {%- set limits = {
        95: {
            'lower': [
                0.0, 0.025317807984289897, 0.24220927854396507, 0.6186721228956015, 1.089865373626325,
                1.623486390118421, 2.201894253490851, 2.814363051519867, 3.4538321767485023, 4.115373097378334
            ],
            'upper': [
                3.6888794541139354, 5.571643390938898, 7.22468766772396, 8.767273069742323, 10.241588675403694,
                11.66833207932267, 13.059474022518685, 14.422675361702376, 15.763189220193313, 17.084803451419166
            ],
        },
        99.8: {
            'lower': [
                0.0, 0.0010005003335835346, 0.045402017769489565, 0.19053337756840327, 0.42855241362842295,
                0.7393717319178327, 1.1071046602556396, 1.5203362603988093, 1.9708139217403662, 2.452424404363775
            ],
            'upper': [
                6.907755278982137, 9.233413476451585, 11.228872242412661, 13.06224077918807, 14.79414922253721,
                16.454745203680105, 18.061636840199064, 19.626177395384232, 21.15619816583998, 22.65737330906293
            ],
        },
    }[confidence][side] -%}
    case {{ x }}{% for limit in limits %} when {{ loop.index0 }} then {{ limit }}{% endfor %} end
{%- endmacro %}

{#- Lower limit of a count: Byar's from 10 on, exact below; null for a count below 10 that is not whole. -#}
{% macro byar_lower(x, confidence=95) -%}
    {%- set z = critical_value(confidence) -%}
    case
        when {{ x }} < 10 then {{ exact_poisson_limits(x, 'lower', confidence) }}
        else {{ x }} * {{ raised('(1 - 1 / (9.0 * ' ~ x ~ ') - ' ~ z ~ ' / (3 * sqrt(' ~ x ~ ')))', 3) }}
    end
{%- endmacro %}

{#- Upper limit of a count: Byar's from 10 on, exact below; null for a count below 10 that is not whole. -#}
{% macro byar_upper(x, confidence=95) -%}
    {%- set z = critical_value(confidence) -%}
    case
        when {{ x }} < 10 then {{ exact_poisson_limits(x, 'upper', confidence) }}
        else ({{ x }} + 1) * {{ raised('(1 - 1 / (9.0 * (' ~ x ~ ' + 1)) + ' ~ z ~ ' / (3 * sqrt(' ~ x ~ ' + 1)))', 3) }}
    end
{%- endmacro %}
