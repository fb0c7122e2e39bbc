{#- Every measure that an open source delivers, with the label its publisher gives it, and the indicators that are made of it. -#}
with measures as (

    select * from {{ ref('stg_catalogue__measures') }}

),

sources as (

    select * from {{ ref('stg_catalogue__sources') }}
    where is_open and status = 'loaded'

),

used as (

    select
        sources.source_id,
        indicators.measure_code,
        indicators.indicator_id
    from {{ ref('stg_catalogue__indicators') }} as indicators
    inner join {{ ref('stg_catalogue__indicator_sources') }} as sources
        on indicators.indicator_id = sources.indicator_id
    where indicators.status = 'active'

),

final as (

    select
        measures.source_id,
        measures.measure_code,
        measures.column_name,
        measures.category,
        coalesce(measures.label, measures.measure_code) as label,
        measures.unit,
        measures.has_values,
        sources.title_nl as source_title_nl,
        sources.publisher,
        sources.licence,
        sources.citation,
        sources.is_model_estimate,
        string_agg(distinct used.indicator_id, ', ' order by used.indicator_id) as indicators
    from measures
    inner join sources on measures.source_id = sources.source_id
    left join used on measures.source_id = used.source_id and measures.measure_code = used.measure_code
    group by all

)

select * from final
