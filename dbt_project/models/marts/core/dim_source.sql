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
    -- Of rows that derive from persons no release tells how many there are to the last one: two would differ by one person.
    if(disclosure != 'already_public', cast(round(rows, -1) as bigint), rows) as rows,
    sha256,
    is_fictional,
    staging_model
from sources
order by source_id
