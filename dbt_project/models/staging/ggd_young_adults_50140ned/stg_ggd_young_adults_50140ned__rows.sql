{{ config(materialized='table') }}

with delivered as (

    select * from {{ source('deliveries', 'ggd_young_adults_50140ned') }}

)

select * from delivered
