-- One row per region of each classification, with its parents, its polygon and the sum of the gemeenten below it.
select
    regions.*,
    gemeenten.region_id is not null as gemeente_exists,
    wijken.region_id is not null as wijk_exists,
    polygons.region_id is not null as has_polygon,
    count(polygons.region_id) over classification as n_polygons,
    count(*) over (partition by regions.region_id) as n_same_ids
from core.dim_region as regions
left join core.dim_region as gemeenten
    on regions.gemeente_code = gemeenten.region_code and regions.region_vintage = gemeenten.region_vintage
left join core.dim_region as wijken
    on regions.wijk_code = wijken.region_code and regions.region_vintage = wijken.region_vintage
left join core.dim_region_geometry as polygons on regions.region_id = polygons.region_id
window classification as (partition by regions.region_level, regions.region_vintage)
