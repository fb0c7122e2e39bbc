{{ declared_observations(
    'cbs_proximity_86270ned',
    period='period_code'
) }}
