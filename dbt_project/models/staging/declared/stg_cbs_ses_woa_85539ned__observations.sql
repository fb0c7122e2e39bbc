{{ declared_observations(
    'cbs_ses_woa_85539ned',
    period='period_code'
) }}
