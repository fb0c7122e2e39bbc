with

results as (

    select * from {{ ref('stg_panel__results') }}

),

variables as (

    select * from {{ ref('stg_panel__variables') }}

),

missing_codes as (

    select * from {{ source('declarations', 'missing_codes') }}

),

answers as (

    unpivot (select columns(* exclude (person)) from results)
    on columns(* exclude (file_number)) into name question value code

),

counted as (

    select
        file_number,
        question,
        code,
        count(*) as people
    from answers
    group by file_number, question, code

),

final as (

    select
        variables.file_number,
        variables.question,
        counted.code,
        missing_codes.digit as missing_digit,
        counted.people
    from counted
    inner join variables
        on
            counted.file_number = variables.file_number
            and counted.question = variables.question
    left join missing_codes on counted.code = missing_codes.code

)

select * from final
