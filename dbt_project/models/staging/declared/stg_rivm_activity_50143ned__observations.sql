{{ declared_observations(
    'rivm_activity_50143ned',
    period='period_code'
) }}
