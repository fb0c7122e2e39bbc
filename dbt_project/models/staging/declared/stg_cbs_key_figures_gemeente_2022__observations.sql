{{ declared_observations(
    'cbs_key_figures_gemeente_2022',
    period='year'
) }}
