{{ declared_observations(
    'cbs_early_school_leaving_71304ned',
    period='period_code'
) }}
