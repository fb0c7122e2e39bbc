-- depends_on: {{ ref('stg_panel__refusals') }}
with

variables as (

    select distinct
        wave,
        wave_number,
        question
    from {{ ref('stg_panel__variables') }}
    where variable is not null

),

questions as (

    select * from {{ ref('stg_panel__questions') }}

),

waves as (

    select * from {{ source('declarations', 'waves') }}

),

-- Whatever was asked at the index wave or before it; a later wave is never joined, so it cannot be asked for.
final as (

    select
        questions.question as feature,
        waves.wave as index_wave,
        variables.wave as known_at_wave,
        waves.wave_number - variables.wave_number as lag_waves,
        questions.kind,
        questions.role,
        questions.proxy_of,
        questions.topic,
        questions.sign
    from questions
    inner join variables on questions.question = variables.question
    inner join waves on variables.wave_number <= waves.wave_number

)

select * from final
