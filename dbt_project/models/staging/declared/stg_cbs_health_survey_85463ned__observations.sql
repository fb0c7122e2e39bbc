{{ declared_observations(
    'cbs_health_survey_85463ned',
    region=none,
    period='period',
    person='person',
    margins='margin'
) }}
