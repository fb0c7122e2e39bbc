{{ declared_observations(
    'cbs_regional_figures_70072ned',
    period='period_code'
) }}
