{{ config(materialized='view', contract={'enforced': false}) }}
with

answers as (

    select * from {{ ref('fct_panel_answer') }}

),

features as (

    select * from {{ ref('dim_panel_feature') }}

),

takes_part as (

    select
        person,
        wave as index_wave
    from {{ ref('fct_panel_person_wave') }}

),

final as (

    select
        takes_part.person,
        takes_part.index_wave,
        features.feature,
        features.known_at_wave,
        features.lag_waves,
        features.role,
        answers.subject as informant,
        answers.missing_code,
        answers.value
    from takes_part
    inner join features on takes_part.index_wave = features.index_wave
    inner join answers
        on
            takes_part.person = answers.person
            and features.known_at_wave = answers.wave
            and features.feature = answers.question

)

select * from final
