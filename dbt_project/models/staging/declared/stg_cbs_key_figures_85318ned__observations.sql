{{ declared_observations(
    'cbs_key_figures_85318ned'
) }}
