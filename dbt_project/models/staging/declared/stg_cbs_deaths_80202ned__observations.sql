{{ declared_observations(
    'cbs_deaths_80202ned',
    period='period_code'
) }}
