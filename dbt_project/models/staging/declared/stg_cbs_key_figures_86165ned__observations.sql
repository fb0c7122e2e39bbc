{{ declared_observations(
    'cbs_key_figures_86165ned',
    status='provisional'
) }}
