{{ declared_observations(
    'cbs_causes_of_death_80142ned',
    period='period_code',
    person='sex_code',
    split='cause_code',
    levels=['country', 'province', 'corop']
) }}
