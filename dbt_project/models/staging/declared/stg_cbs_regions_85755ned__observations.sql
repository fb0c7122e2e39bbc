{{ declared_observations(
    'cbs_regions_85755ned'
) }}
