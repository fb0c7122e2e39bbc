{{ declared_observations(
    'cbs_wmo_85994ned',
    period='period_code'
) }}
