with sources as (

    select * from {{ ref('stg_catalogue__sources') }}

)

select
    source_id,
    title_nl,
    title_en,
    publisher,
    url_main,
    licence,
    citation,
    cadence,
    expected_lag_days,
    is_required,
    is_model_estimate,
    model_predictors,
    mode,
    status,
    snapshot_id,
    retrieved_at,
    source_modified,
    rows,
    sha256,
    is_fictional,
    staging_model
from sources
order by source_id
