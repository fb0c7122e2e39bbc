{{ config(contract={'enforced': false}) }}
-- depends_on: {{ ref('stg_panel__refusals') }}
-- depends_on: {{ ref('stg_panel__scales') }}
with

results as (

    select
        rowid as result_number,
        *
    from {{ ref('stg_panel__results') }}

),

people as (

    select * from {{ ref('stg_panel__people') }}

),

files as (

    select * from {{ ref('stg_panel__files') }}

),

final as (

    select
        results.result_number,
        people.person_number,
        people.person,
        files.wave,
        files.wave_number,
        files.subject,
        results.gender = 'FEMALE' as is_woman,
        {{ on_common_scale('results') }}
    from results
    inner join files on results.file_number = files.file_number
    inner join people on results.person = people.person

)

select * from final
