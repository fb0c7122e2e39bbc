{{ config(contract={'enforced': false}) }}
-- depends_on: {{ ref('stg_care__refusals') }}
with

clients as (

    select * from {{ ref('stg_care__clients') }}

),

final as (

    select
        line_number as client_number,
        pseudoniem as person,
        gezin as family,
        cast(intakedatum as date) as intake_on,
        year(cast(intakedatum as date)) - cast(geboortejaar as integer) as age,
        geslacht as sex,
        herkomst as origin,
        stadsdeel as district,
        {{ factors_as_numbers() }}
    from clients

)

select * from final
