{{ config(materialized='table') }}

with delivered as (

    select * from {{ source('deliveries', 'cbs_key_figures_84799ned') }}

)

select * from delivered
