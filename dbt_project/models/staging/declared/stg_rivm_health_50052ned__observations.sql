{{ declared_observations(
    'rivm_health_50052ned',
    period='period_code',
    age='age_code',
    margins='margin_code',
    untyped=true
) }}
