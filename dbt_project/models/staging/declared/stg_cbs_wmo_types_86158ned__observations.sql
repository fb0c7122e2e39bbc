{{ declared_observations(
    'cbs_wmo_types_86158ned',
    period='period_code',
    split='support_code'
) }}
