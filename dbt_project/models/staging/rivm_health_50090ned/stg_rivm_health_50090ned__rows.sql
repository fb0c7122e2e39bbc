{{ config(materialized='table') }}

with delivered as (

    select * from {{ source('deliveries', 'rivm_health_50090ned') }}

)

select * from delivered
