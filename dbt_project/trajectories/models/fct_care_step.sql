-- depends_on: {{ ref('stg_care__refusals') }}
with

courses as (

    select * from {{ ref('stg_care__courses') }}

),

clients as (

    select * from {{ ref('dim_care_client') }}

),

kinds as (

    select * from {{ source('care_declarations', 'kinds') }}

),

given as (

    select
        clients.client_number,
        kinds.kind,
        courses.started_on,
        courses.course_number,
        false as is_end
    from courses
    inner join clients on courses.person = clients.person
    inner join kinds on courses.product = kinds.product

),

ends as (

    select
        clients.client_number,
        kinds.kind,
        courses.stopped_on as started_on,
        courses.course_number,
        true as is_end
    from courses
    inner join clients on courses.person = clients.person
    cross join kinds
    where
        courses.stop_reason = 'volgens_plan'
        and kinds.product = ''
        and not exists (
            select 1 from courses as later
            where
                later.person = courses.person
                and later.started_on >= courses.started_on
                and later.course_number != courses.course_number
        )

),

together as (

    select * from given
    union all
    select * from ends

),

final as (

    select
        together.client_number,
        row_number() over (
            partition by together.client_number
            order by together.started_on, together.is_end, together.course_number
        ) as step_number,
        together.kind,
        together.started_on,
        date_diff('day', clients.intake_on, together.started_on) as days_after_intake
    from together
    inner join clients on together.client_number = clients.client_number

)

select * from final
