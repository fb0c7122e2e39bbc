{%- set texts = ['ID', 'Leeftijd', 'Marges', 'WijkenEnBuurten', 'Perioden', 'Gemeentenaam_1', 'SoortRegio_2', 'Codering_3'] -%}
{%- set kept = ['margin_code', 'age_code', 'year', 'region_code'] -%}
with delivered as (

    select * from {{ ref('stg_rivm_health_50090ned__rows') }}

),

measures as (

    select
        column_name,
        measure_code
    from {{ ref('stg_catalogue__measures') }}
    where source_id = 'rivm_health_50090ned'

),

sources as (

    select
        source_id,
        region_vintage,
        is_model_estimate,
        snapshot_id
    from {{ ref('stg_catalogue__sources') }}
    where source_id = 'rivm_health_50090ned'

),

keyed as (

    select
        trim(marges) as margin_code,
        trim(leeftijd) as age_code,
        cast(left(trim(perioden), 4) as integer) as year,
        {{ region_code('wijkenenbuurten') }} as region_code,
        {{ other_columns(ref('stg_rivm_health_50090ned__rows'), texts, as_text=false) }}
    from delivered

),

estimate_rows as (

    select * from keyed
    where margin_code = 'MW00000'

),

estimates as (

    select *
    from estimate_rows
    {{ unpivoted(ref('stg_rivm_health_50090ned__rows'), texts, kept) }}

),

bound_rows as (

    select * from keyed
    where margin_code in ('MOG0095', 'MBG0095')

),

bound_cells as (

    select *
    from bound_rows
    {{ unpivoted(ref('stg_rivm_health_50090ned__rows'), texts, kept, nulls=false) }}

),

bounds as (

    select
        age_code,
        year,
        region_code,
        column_name,
        max({{ decoded_value('raw_value') }}) filter (where margin_code = 'MOG0095') as lower_bound,
        max({{ decoded_value('raw_value') }}) filter (where margin_code = 'MBG0095') as upper_bound
    from bound_cells
    group by age_code, year, region_code, column_name

),

decoded as (

    select
        *,
        {{ region_level('region_code') }} as region_level,
        {{ decoded_value('raw_value') }} as decoded_value
    from estimates

),

final as (

    select
        sources.source_id,
        measures.measure_code,
        decoded.region_code,
        decoded.region_level,
        sources.region_vintage,
        make_date(decoded.year, 1, 1) as period_start,
        make_date(decoded.year, 12, 31) as period_end,
        'year' as period_grain,
        'total' as sex,
        {{ age_band('decoded.age_code') }} as age_band,
        decoded.decoded_value as value,
        bounds.lower_bound as lower,
        bounds.upper_bound as upper,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        case
            when decoded.decoded_value is null
                then if({{ reason_without_value('decoded.raw_value') }} = 'not_collected', 'missing', 'suppressed')
            when sources.is_model_estimate then 'modelled'
            else 'observed'
        end as value_status,
        case when decoded.decoded_value is null then {{ reason_without_value('decoded.raw_value') }} end as suppression_reason,
        sources.snapshot_id
    from decoded
    inner join measures on decoded.column_name = measures.column_name
    cross join sources
    left join bounds
        on
            decoded.age_code = bounds.age_code
            and decoded.year = bounds.year
            and decoded.region_code = bounds.region_code
            and decoded.column_name = bounds.column_name

)

select * from final
