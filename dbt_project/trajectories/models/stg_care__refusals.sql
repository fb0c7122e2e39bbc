-- Everything that keeps a delivery out, with its place and never with what stands in a cell of a person.
with

clients as (

    select * from {{ ref('stg_care__clients') }}

),

orders as (

    select * from {{ ref('stg_care__orders') }}

),

courses as (

    select * from {{ ref('stg_care__courses') }}

),

factors as (

    select * from {{ source('care_declarations', 'factors') }}

),

kinds as (

    select * from {{ source('care_declarations', 'kinds') }}

),

answers as (

    select
        line_number,
        factor,
        answer
    from clients
    unpivot (answer for factor in (columns(* exclude (line_number, pseudoniem))))

),

double_clients as (

    select
        'double' as kind,
        'clienten.csv' as file,
        max(line_number) as line_number,
        'pseudoniem' as place
    from clients
    group by pseudoniem
    having count(*) > 1

),

double_courses as (

    select
        'double' as kind,
        'trajecten.csv' as file,
        max(line_number) as line_number,
        'trajectnummer' as place
    from courses
    group by course_number
    having count(*) > 1

),

dates as (

    select
        'no_date' as kind,
        'clienten.csv' as file,
        line_number,
        'intakedatum' as place
    from clients
    where try_cast(intakedatum as date) is null or try_cast(geboortejaar as integer) is null
    union all
    select
        'no_date' as kind,
        'trajecten.csv' as file,
        line_number,
        'startdatum' as place
    from courses
    where started_on is null or (stop_text is not null and stopped_on is null)

),

backwards as (

    select
        'backwards' as kind,
        'trajecten.csv' as file,
        line_number,
        'stopdatum' as place
    from courses
    where stopped_on < started_on

),

unknown_answers as (

    select
        'unknown_answer' as kind,
        'clienten.csv' as file,
        answers.line_number,
        answers.factor as place
    from answers
    inner join factors on answers.factor = factors.factor
    where
        (factors.kind = 'yes_no' and answers.answer not in ('J', 'N'))
        or (factors.kind = 'level' and answers.answer not in ('0', '1', '2', '3'))

),

unknown_products as (

    select
        'unknown_product' as kind,
        'trajecten.csv' as file,
        courses.line_number,
        'productcode' as place
    from courses
    left join kinds on courses.product = kinds.product
    where kinds.kind is null

),

strangers as (

    select
        'stranger' as kind,
        'trajecten.csv' as file,
        courses.line_number,
        'pseudoniem' as place
    from courses
    left join clients on courses.person = clients.pseudoniem
    where clients.pseudoniem is null

),

other_orders as (

    select
        'other_order' as kind,
        'trajecten.csv' as file,
        courses.line_number,
        'beschikkingnummer' as place
    from courses
    left join orders
        on
            courses.order_number = orders.order_number
            and courses.person = orders.person
            and courses.product = orders.product
    where courses.order_number is not null and orders.order_number is null

),

final as (

    select * from double_clients
    union all
    select * from double_courses
    union all
    select * from dates
    union all
    select * from backwards
    union all
    select * from unknown_answers
    union all
    select * from unknown_products
    union all
    select * from strangers
    union all
    select * from other_orders

)

select * from final
