-- Shares of a region that lose or invent people would do the same to every count that is restated.
select
    from_region_id,
    to_vintage,
    sum(weight) as total
from {{ ref('bridge_region_vintage') }}
group by from_region_id, to_vintage
having abs(sum(weight) - 1) > 1e-6
