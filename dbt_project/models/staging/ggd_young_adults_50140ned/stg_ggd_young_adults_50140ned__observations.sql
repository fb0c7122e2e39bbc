{%- set dimensions = ['ID', 'Persoonskenmerken', 'Marges', 'RegioS'] -%}
with delivered as (

    select * from {{ ref('stg_ggd_young_adults_50140ned__rows') }}

),

measures as (

    select
        column_name,
        measure_code
    from {{ ref('stg_catalogue__measures') }}
    where source_id = 'ggd_young_adults_50140ned'

),

sources as (

    select
        source_id,
        cast(period_id as integer) as year,
        region_vintage,
        snapshot_id
    from {{ ref('stg_catalogue__sources') }}
    where source_id = 'ggd_young_adults_50140ned'

),

keyed as (

    select
        trim(marges) as margin_code,
        trim(persoonskenmerken) as person_code,
        {{ region_code('regios') }} as region_code,
        {{ other_columns(ref('stg_ggd_young_adults_50140ned__rows'), dimensions) }}
    from delivered

),

estimate_rows as (

    select * from keyed
    where margin_code = 'MW00000'

),

estimates as (

    select *
    from estimate_rows
    {{ unpivoted(ref('stg_ggd_young_adults_50140ned__rows'), dimensions, ['margin_code', 'person_code', 'region_code']) }}

),

bound_rows as (

    select * from keyed
    where margin_code in ('MOG0095', 'MBG0095')

),

bound_cells as (

    select *
    from bound_rows
    {{ unpivoted(
        ref('stg_ggd_young_adults_50140ned__rows'), dimensions, ['margin_code', 'person_code', 'region_code'], nulls=false
    ) }}

),

bounds as (

    select
        person_code,
        region_code,
        column_name,
        max({{ decoded_value('raw_value') }}) filter (where margin_code = 'MOG0095') as lower_bound,
        max({{ decoded_value('raw_value') }}) filter (where margin_code = 'MBG0095') as upper_bound
    from bound_cells
    group by person_code, region_code, column_name

),

decoded as (

    select
        *,
        {{ decoded_value('raw_value') }} as decoded_value
    from estimates

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
        {{ sex('decoded.person_code') }} as sex,
        '16-25' as age_band,
        decoded.decoded_value as value,
        bounds.lower_bound as lower,
        bounds.upper_bound as upper,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        if(decoded.decoded_value is null, 'suppressed', 'observed') as value_status,
        -- An empty cell of this monitor means: fewer than 100 respondents, or fewer than 10 with this answer.
        case when decoded.decoded_value is null then 'too_few_respondents' end as suppression_reason,
        sources.snapshot_id
    from decoded
    inner join measures on decoded.column_name = measures.column_name
    cross join sources
    left join bounds
        on
            decoded.person_code = bounds.person_code
            and decoded.region_code = bounds.region_code
            and decoded.column_name = bounds.column_name

)

select * from final
