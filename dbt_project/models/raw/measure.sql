{#- Every measure that an open source delivers, with the label its publisher gives it, and the indicators that are made of it. -#}
with declared as (

    select
        source_id,
        measure_code,
        column_name,
        category,
        label,
        unit,
        has_values
    from {{ ref('stg_catalogue__measures') }}

),

-- What stands beside polygons has the name of its field and no other.
beside_polygons as (

    select
        source_id,
        measure_code,
        measure_code as column_name,
        cast(null as {{ text_type() }}) as category,
        measure_code as label,
        cast(null as {{ text_type() }}) as unit,
        count(value) > 0 as has_values
    from {{ ref('stg_pdok__figures') }}
    group by source_id, measure_code

),

measures as (

    select * from declared
    union all
    select * from beside_polygons

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
        {{ joined_texts('used.indicator_id', distinct=true) }} as indicators
    from measures
    inner join sources on measures.source_id = sources.source_id
    left join used on measures.source_id = used.source_id and measures.measure_code = used.measure_code
    group by all

)

select * from final
