{{ declared_observations(
    'cbs_youth_care_83563ned',
    period='period_code'
) }}
