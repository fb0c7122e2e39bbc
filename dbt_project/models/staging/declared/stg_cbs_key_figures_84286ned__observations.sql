{{ declared_observations(
    'cbs_key_figures_84286ned'
) }}
