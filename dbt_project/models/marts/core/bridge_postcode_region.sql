select
    source_id,
    postcode,
    region_code,
    gemeente_code,
    region_vintage,
    addresses,
    snapshot_id
from {{ ref('stg_cbs_postcodes_2024__wijken') }}
order by postcode, region_code
