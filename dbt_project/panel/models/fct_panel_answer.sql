{{ config(materialized='view', contract={'enforced': false}) }}
with

results as (

    select * from {{ ref('stg_panel__results') }}

),

variables as (

    select * from {{ ref('stg_panel__variables') }}

),

codes as (

    select * from {{ ref('dim_panel_code') }}

),

answers as (

    select * from results
    unpivot include nulls (code for question in (columns(* exclude (file_number, person))))

),

final as (

    select
        answers.person,
        variables.wave,
        variables.subject,
        variables.question,
        variables.variable,
        answers.code,
        case
            when variables.variable is null then 'not_asked'
            when answers.code is null then 'empty'
            else codes.missing_code
        end as missing_code,
        codes.value
    from answers
    inner join variables
        on
            answers.file_number = variables.file_number
            and answers.question = variables.question
    left join codes
        on
            variables.wave = codes.wave
            and variables.subject = codes.subject
            and variables.question = codes.question
            and answers.code = codes.code

)

select * from final
