{%- set texts = [
    'ID', 'WijkenEnBuurten', 'Gemeentenaam_1', 'SoortRegio_2', 'Codering_3', 'IndelingswijzigingWijkenEnBuurten_4',
    'MeestVoorkomendePostcode_113'
] -%}
with delivered as (

    select * from {{ ref('stg_cbs_key_figures_84799ned__rows') }}

),

measures as (

    select
        column_name,
        measure_code
    from {{ ref('stg_catalogue__measures') }}
    where source_id = 'cbs_key_figures_84799ned'

),

sources as (

    select
        source_id,
        cast(period_id as integer) as year,
        region_vintage,
        snapshot_id
    from {{ ref('stg_catalogue__sources') }}
    where source_id = 'cbs_key_figures_84799ned'

),

keyed as (

    select
        {{ region_code('wijkenenbuurten') }} as region_code,
        {{ other_columns(ref('stg_cbs_key_figures_84799ned__rows'), texts) }}
    from delivered

),

cells as (

    select *
    from keyed
    {{ unpivoted(ref('stg_cbs_key_figures_84799ned__rows'), texts, ['region_code']) }}

),

filled_columns as (

    select distinct column_name
    from cells
    where raw_value is not null

),

decoded as (

    select
        cells.region_code,
        cells.column_name,
        {{ decoded_value('cells.raw_value') }} as decoded_value,
        filled_columns.column_name is not null as is_filled
    from cells
    left join filled_columns on cells.column_name = filled_columns.column_name

),

final as (

    select
        sources.source_id,
        measures.measure_code,
        decoded.region_code,
        {{ region_level('decoded.region_code') }} as region_level,
        sources.region_vintage,
        make_date(sources.year, 1, 1) as period_start,
        make_date(sources.year, 12, 31) as period_end,
        'year' as period_grain,
        'total' as sex,
        'all' as age_band,
        decoded.decoded_value as value,
        cast(null as double) as lower,
        cast(null as double) as upper,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        if(decoded.decoded_value is null, 'missing', 'observed') as value_status,
        -- A typed table does not tell why a value is absent; a column without any value has not been filled yet.
        case when decoded.decoded_value is null and not decoded.is_filled then 'not_collected' end as suppression_reason,
        sources.snapshot_id
    from decoded
    inner join measures on decoded.column_name = measures.column_name
    cross join sources

)

select * from final
