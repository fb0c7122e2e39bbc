{{ declared_observations(
    'rivm_regiobeeld_50149ned',
    period='period_code'
) }}
