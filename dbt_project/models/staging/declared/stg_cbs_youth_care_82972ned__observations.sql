{{ declared_observations(
    'cbs_youth_care_82972ned',
    period='period_code'
) }}
