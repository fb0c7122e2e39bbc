{{ declared_observations(
    'police_crimes_gemeente',
    period='year'
) }}
