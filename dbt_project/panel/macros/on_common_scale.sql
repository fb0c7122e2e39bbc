{#-
    Two columns per question, from the scales that were staged: its value on the common scale, codes counted from zero, and the
    digit of its missing code (0 answered, 6 not asked of these people, 9 an empty cell). Written out, as a join per question
    would read the panel a hundred times.
-#}
{% macro on_common_scale(results) -%}
{%- set missing = rows_of("
    select string_agg('when ''' || code || ''' then ' || digit, ' ' order by code) as digits
    from " ~ source('declarations', 'missing_codes')) -%}
{%- set questions = rows_of("
    with

    per_file as (

        select
            question,
            file_number,
            'case " ~ results ~ ".' || question
            || string_agg(' when ''' || replace(code, '''', '''''') || ''' then ' || value, '' order by code_number, code)
            || ' end' as decoded
        from " ~ ref('stg_panel__scales') ~ "
        group by question, file_number

    ),

    per_scale as (

        select question, decoded, string_agg(file_number, ', ' order by file_number) as files
        from per_file
        group by question, decoded

    ),

    per_question as (

        select
            question,
            case
                when count(*) = 1 then any_value(decoded)
                else 'case' || string_agg(' when " ~ results ~ ".file_number in (' || files || ') then ' || decoded, '' order by files) || ' end'
            end as decoded
        from per_scale
        group by question

    )

    select
        question,
        coalesce(any_value(decoded), 'try_cast(" ~ results ~ ".' || question || ' as double)') as decoded,
        string_agg(file_number, ', ' order by file_number) filter (where variable is null) as not_asked_in
    from " ~ ref('stg_panel__variables') ~ "
    left join per_question using (question)
    where question <> 'gender'
    group by question
    order by min(question_number)") -%}
        {%- for one in questions %}
        ({{ one.decoded }})::float as {{ one.question }},
        case
            {%- if one.not_asked_in %}
            when {{ results }}.file_number in ({{ one.not_asked_in }}) then 6
            {%- endif %}
            when {{ results }}.{{ one.question }} is null then 9
            else case {{ results }}.{{ one.question }} {{ missing[0].digits }} else 0 end
        end::tinyint as {{ one.question }}__missing{{ ',' if not loop.last }}
        {%- else %}
        0 as not_asked
        {%- endfor %}
{%- endmacro %}
