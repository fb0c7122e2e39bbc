{{ declared_observations(
    'vektis_care_costs_gemeente',
    period='year'
) }}
