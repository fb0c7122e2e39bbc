{{ declared_observations(
    'leefbaarometer_scores',
    period='year'
) }}
