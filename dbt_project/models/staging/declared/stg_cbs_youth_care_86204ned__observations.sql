{{ declared_observations(
    'cbs_youth_care_86204ned',
    period='period_code'
) }}
