with

files as (

    select * from {{ ref('stg_panel__files') }}

),

people as (

    select * from {{ ref('stg_panel__people') }}

),

declared_people as (

    select * from {{ source('declarations', 'people') }}

),

results as (

    -- Rows were stored in the order of the files; the first line of a file is its header.
    select
        file_number,
        person,
        rowid - min(rowid) over (partition by file_number) + 2 as row_number
    from {{ ref('stg_panel__results') }}

),

questions as (

    select * from {{ ref('stg_panel__questions') }}

),

variables as (

    select * from {{ ref('stg_panel__variables') }}

),

scales as (

    select * from {{ ref('stg_panel__scales') }}

),

codes as (

    select * from {{ ref('stg_panel__codes') }}

),

listed as (

    select
        file_number,
        question,
        string_agg(code, ', ' order by code_number) as codes
    from scales
    group by file_number, question

),

double_in_summary as (

    select
        'double_person' as kind,
        declared_people.summary as file,
        '' as place,
        '' as found,
        '' as expected,
        -1 as file_number,
        0 as position
    from declared_people
    where (select count(*) - count(distinct people.person) from people) > 0

),

without_rows as (

    select
        'no_rows' as kind,
        files.results_file as file,
        '' as place,
        '' as found,
        '' as expected,
        files.file_number,
        0 as position
    from files
    anti join results on files.file_number = results.file_number

),

double_persons as (

    select
        'double_person' as kind,
        files.results_file as file,
        'row ' || results.row_number as place,
        '' as found,
        '' as expected,
        results.file_number,
        results.row_number as position
    from results
    inner join files on results.file_number = files.file_number
    qualify row_number() over (partition by results.file_number, results.person order by results.row_number) = 2

),

strangers as (

    select
        'stranger' as kind,
        files.results_file as file,
        'row ' || results.row_number || ', ' || declared_people.key as place,
        '' as found,
        declared_people.summary as expected,
        results.file_number,
        results.row_number as position
    from results
    inner join files on results.file_number = files.file_number
    cross join declared_people
    anti join people on results.person = people.person

),

without_enumeration as (

    select
        'no_enumeration' as kind,
        files.enumerations_file as file,
        variables.variable as place,
        '' as found,
        array_to_string(questions.codes, ', ') as expected,
        variables.file_number,
        variables.question_number as position
    from variables
    inner join files on variables.file_number = files.file_number
    inner join questions on variables.question = questions.question
    anti join scales on variables.file_number = scales.file_number and variables.question = scales.question
    where
        variables.is_coded
        and variables.variable is not null

),

not_on_the_scale as (

    select
        case when scales.common_code is null then 'incomplete_recoding' else 'off_scale' end as kind,
        files.results_file as file,
        scales.variable as place,
        scales.code as found,
        case when scales.common_code is null then listed.codes else array_to_string(questions.codes, ', ') end as expected,
        scales.file_number,
        questions.question_number as position
    from scales
    inner join files on scales.file_number = files.file_number
    inner join questions on scales.question = questions.question
    inner join listed on scales.file_number = listed.file_number and scales.question = listed.question
    where scales.value is null

),

not_understood as (

    select
        case when variables.is_coded then 'unknown_code' else 'no_number' end as kind,
        files.results_file as file,
        variables.variable as place,
        codes.code as found,
        coalesce(listed.codes, '') as expected,
        codes.file_number,
        variables.question_number as position
    from codes
    inner join files on codes.file_number = files.file_number
    inner join variables on codes.file_number = variables.file_number and codes.question = variables.question
    left join listed on codes.file_number = listed.file_number and codes.question = listed.question
    left join scales
        on
            codes.file_number = scales.file_number
            and codes.question = scales.question
            and codes.code = scales.code
    where
        codes.missing_digit is null
        and (
            (variables.is_coded and scales.code is null and listed.codes is not null)
            or (not variables.is_coded and not coalesce(isfinite(try_cast(codes.code as double)), false))
        )

),

together as (

    select * from double_in_summary
    union all
    select * from without_rows
    union all
    select * from double_persons
    union all
    select * from strangers
    union all
    select * from without_enumeration
    union all
    select * from not_on_the_scale
    union all
    select * from not_understood

),

final as (

    select
        row_number() over (order by file_number, position, kind, found) as refusal_number,
        kind,
        file,
        place,
        found,
        expected
    from together

)

select * from final
