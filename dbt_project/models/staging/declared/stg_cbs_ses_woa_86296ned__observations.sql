{{ declared_observations(
    'cbs_ses_woa_86296ned',
    period='period_code'
) }}
