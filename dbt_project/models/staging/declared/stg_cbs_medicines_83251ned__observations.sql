{{ declared_observations(
    'cbs_medicines_83251ned',
    period='period_code',
    person='sex_code',
    split='medicine_code'
) }}
