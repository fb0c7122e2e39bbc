{{ declared_observations(
    'cbs_ses_woa_85900ned',
    period='period_code'
) }}
