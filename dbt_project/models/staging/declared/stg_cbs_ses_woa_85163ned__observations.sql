{{ declared_observations(
    'cbs_ses_woa_85163ned',
    period='period_code'
) }}
