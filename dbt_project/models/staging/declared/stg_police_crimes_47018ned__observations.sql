{{ declared_observations(
    'police_crimes_47018ned',
    period='period_code',
    split='crime_code'
) }}
