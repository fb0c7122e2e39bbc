{{ config(contract={'enforced': false}) }}
-- depends_on: {{ ref('stg_panel__variables') }}
{{ delivered_results() }}
