with

delivered as (

    select * from {{ delivered('courses', 'trajecten') }}

),

final as (

    select
        row_number() over () as line_number,
        trajectnummer as course_number,
        beschikkingnummer as order_number,
        pseudoniem as person,
        productcode as product,
        startdatum as start_text,
        stopdatum as stop_text,
        try_cast(startdatum as date) as started_on,
        try_cast(stopdatum as date) as stopped_on,
        reden_stop as stop_reason
    from delivered

)

select * from final
