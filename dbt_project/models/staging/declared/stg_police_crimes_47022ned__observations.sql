{{ declared_observations(
    'police_crimes_47022ned',
    period='period_code',
    split='crime_code'
) }}
