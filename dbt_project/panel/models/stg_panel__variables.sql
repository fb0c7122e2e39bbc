with

files as (

    select * from {{ ref('stg_panel__files') }}

),

questions as (

    select * from {{ ref('stg_panel__questions') }}

),

declared as (

    select * from {{ source('declarations', 'variables') }}

),

final as (

    select
        files.file_number,
        files.wave,
        files.wave_number,
        files.subject,
        questions.question,
        questions.question_number,
        questions.block,
        questions.role,
        questions.kind in ('ordinal', 'binary') as is_coded,
        declared.variable
    from files
    cross join questions
    left join declared
        on
            files.file_number = declared.file_number
            and questions.question = declared.question

)

select * from final
