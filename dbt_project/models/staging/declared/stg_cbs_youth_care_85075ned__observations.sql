{{ declared_observations(
    'cbs_youth_care_85075ned',
    period='period_code'
) }}
