with pairs as (

    select * from {{ ref('stg_catalogue__circular_pairs') }}

)

select
    indicator_id,
    other_indicator_id,
    guard,
    predictors,
    reason_nl,
    reason_en
from pairs
order by indicator_id, other_indicator_id
