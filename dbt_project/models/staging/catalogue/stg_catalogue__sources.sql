with declared as (

    select * from {{ source('catalogue', 'sources') }}

),

final as (

    select
        cast(source_id as varchar) as source_id,
        cast(title_nl as varchar) as title_nl,
        cast(title_en as varchar) as title_en,
        cast(publisher as varchar) as publisher,
        cast(url_main as varchar) as url_main,
        cast(licence as varchar) as licence,
        cast(citation as varchar) as citation,
        cast(cadence as varchar) as cadence,
        cast(expected_lag_days as integer) as expected_lag_days,
        cast(is_required as boolean) as is_required,
        cast(is_model_estimate as boolean) as is_model_estimate,
        cast(model_predictors as varchar) as model_predictors,
        cast(period as varchar) as period_id,
        cast(region_vintage as integer) as region_vintage,
        cast(mode as varchar) as mode,
        cast(status as varchar) as status,
        cast(snapshot_id as varchar) as snapshot_id,
        cast(retrieved_at as timestamp) as retrieved_at,
        cast(source_modified as varchar) as source_modified,
        cast(rows as bigint) as rows,
        cast(sha256 as varchar) as sha256,
        cast(is_fictional as boolean) as is_fictional,
        cast(disclosure as varchar) as disclosure,
        cast(is_open as boolean) as is_open,
        cast(staging_model as varchar) as staging_model
    from declared

)

select * from final
