with

delivered as (

    select * from {{ delivered('orders', 'beschikkingen') }}

),

final as (

    select
        row_number() over () as line_number,
        beschikkingnummer as order_number,
        pseudoniem as person,
        productcategorie as product_category,
        productcode as product,
        try_cast(ingangsdatum as date) as valid_from,
        try_cast(einddatum as date) as valid_until
    from delivered

)

select * from final
