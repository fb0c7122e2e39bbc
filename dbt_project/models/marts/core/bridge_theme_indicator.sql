with roles as (

    select * from {{ ref('stg_catalogue__theme_indicators') }}

),

indicators as (

    select indicator_id from {{ ref('dim_indicator') }}

)

select
    roles.theme_id,
    roles.indicator_id,
    roles.role,
    roles.component,
    roles.building_block,
    roles.headline_phase
from roles
-- What nobody measures plays no part in a publication; it stands in quality.rpt_gap_list.
inner join indicators on roles.indicator_id = indicators.indicator_id
order by roles.theme_id, roles.indicator_id
