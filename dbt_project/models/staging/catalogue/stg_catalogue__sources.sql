with declared as (

    select * from {{ source('catalogue', 'sources') }}

),

final as (

    select
        cast(source_id as {{ text_type() }}) as source_id,
        cast(title_nl as {{ text_type() }}) as title_nl,
        cast(title_en as {{ text_type() }}) as title_en,
        cast(publisher as {{ text_type() }}) as publisher,
        cast(url_main as {{ text_type() }}) as url_main,
        cast(licence as {{ text_type() }}) as licence,
        cast(citation as {{ text_type() }}) as citation,
        cast(cadence as {{ text_type() }}) as cadence,
        cast(expected_lag_days as integer) as expected_lag_days,
        cast(is_required as boolean) as is_required,
        cast(is_model_estimate as boolean) as is_model_estimate,
        cast(model_predictors as {{ text_type() }}) as model_predictors,
        cast(period as {{ text_type() }}) as period_id,
        cast(region_vintage as integer) as region_vintage,
        cast(mode as {{ text_type() }}) as mode,
        cast(status as {{ text_type() }}) as status,
        cast(snapshot_id as {{ text_type() }}) as snapshot_id,
        cast(retrieved_at as timestamp) as retrieved_at,
        -- one engine takes the moment for one and writes a space, the other keeps the letter of the text
        replace(cast(source_modified as {{ text_type() }}), 'T', ' ') as source_modified,
        cast(rows as bigint) as rows,
        cast(sha256 as {{ text_type() }}) as sha256,
        cast(is_fictional as boolean) as is_fictional,
        cast(disclosure as {{ text_type() }}) as disclosure,
        cast(is_open as boolean) as is_open,
        cast(staging_model as {{ text_type() }}) as staging_model
    from declared

)

select * from final
