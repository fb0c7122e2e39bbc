with

variables as (

    select * from {{ ref('stg_panel__variables') }}

),

questions as (

    select * from {{ ref('stg_panel__questions') }}

),

enumerations as (

    select distinct on (file_number, variable, code) * from {{ ref('stg_panel__enumerations') }}

),

recodings as (

    select * from {{ source('declarations', 'recodings') }}

),

recoded_waves as (

    select distinct
        block,
        wave
    from recodings

),

-- Questions have the codes that came with the wave; what the cohort fills in itself has the same codes everywhere.
delivered as (

    select
        variables.file_number,
        variables.question,
        enumerations.code,
        enumerations.code_number
    from variables
    inner join enumerations
        on
            variables.file_number = enumerations.file_number
            and variables.variable = enumerations.variable
    where
        variables.is_coded
        and variables.role = 'question'
    union all
    select
        variables.file_number,
        variables.question,
        unnest(questions.codes) as code,
        generate_subscripts(questions.codes, 1) as code_number
    from variables
    inner join questions on variables.question = questions.question
    where
        variables.is_coded
        and variables.role <> 'question'
        and variables.variable is not null

),

recoded as (

    select
        variables.file_number,
        variables.wave,
        variables.wave_number,
        variables.subject,
        variables.question,
        variables.variable,
        delivered.code_number,
        delivered.code,
        recoded_waves.block is not null as is_recoded,
        case when recoded_waves.block is null then delivered.code else recodings.common_code end as common_code
    from delivered
    inner join variables
        on
            delivered.file_number = variables.file_number
            and delivered.question = variables.question
    left join recoded_waves
        on
            variables.block = recoded_waves.block
            and variables.wave = recoded_waves.wave
    left join recodings
        on
            variables.block = recodings.block
            and variables.wave = recodings.wave
            and delivered.code = recodings.code

),

final as (

    select
        recoded.*,
        (list_position(questions.codes, recoded.common_code) - 1)::integer as value
    from recoded
    inner join questions on recoded.question = questions.question

)

select * from final
