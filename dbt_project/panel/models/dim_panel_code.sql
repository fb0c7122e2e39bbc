-- depends_on: {{ ref('stg_panel__refusals') }}
with

codes as (

    select * from {{ ref('stg_panel__codes') }}

),

variables as (

    select * from {{ ref('stg_panel__variables') }}

),

scales as (

    select * from {{ ref('stg_panel__scales') }}

),

final as (

    select
        variables.wave,
        variables.subject,
        variables.question,
        variables.variable,
        codes.code,
        case when codes.missing_digit is not null then codes.code end as missing_code,
        scales.common_code,
        coalesce(scales.is_recoded, false) as is_recoded,
        case
            when codes.missing_digit is null and variables.is_coded then scales.value
            when codes.missing_digit is null then try_cast(codes.code as double)
        end::float as value,
        codes.people
    from codes
    inner join variables
        on
            codes.file_number = variables.file_number
            and codes.question = variables.question
    left join scales
        on
            codes.file_number = scales.file_number
            and codes.question = scales.question
            and codes.code = scales.code

)

select * from final
