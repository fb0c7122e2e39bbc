"""The texts of `dwp new`: one per file, with `$name` where a value goes."""

INDICATOR = """\
# Fill in titles and descriptions, check the rest, then run `make check`.
title:
  nl: $title
  en: $title
description:
  nl: Deel van de inwoners, in gewone woorden.
  en: Share of inhabitants, in plain words.
$of_mart
population: adults_18_plus  # see dimensions/populations.yml
definition:
  source: $source
  measure: $measure
polarity: neutral  # higher_is_better, higher_is_worse or neutral
unit: "%"
status: active
"""

SOURCE = """\
# Fill in who publishes it and what it holds, then run `make check`.
source_id: $source_id
title:
  nl: $title
  en: $title
publisher: Naam van de uitgever
url_main: https://example.org
licence: CC BY 4.0
citation: Naam van de uitgever, $title
access: open
cadence: yearly
expected_lag_days: 365
owner: data-engineering
required: false
reader:
$reader
keys: [$region, $period]
dimension_columns: [$region, $period]
required_columns: [$region, $period, $measure]
region_vintage: 2024
is_model_estimate: false
"""

STAGING_COLUMNS = "\n".join(
    f"      - name: {name}\n        description: \"{{{{ doc('{name}') }}}}\"\n        data_type: {kind}"
    + (
        "\n        data_tests:\n          - not_null"
        if name in ("measure_code", "region_level", "value_status")
        else ""
    )
    for name, kind in (
        *(("source_id", "varchar"), ("measure_code", "varchar"), ("region_code", "varchar")),
        *(
            ("region_level", "varchar"),
            ("region_vintage", "integer"),
            ("period_start", "date"),
            ("period_end", "date"),
        ),
        *(("period_grain", "varchar"), ("sex", "varchar"), ("age_band", "varchar"), ("value", "double")),
        *(("lower", "double"), ("upper", "double"), ("numerator", "double"), ("denominator", "double")),
        *(("value_status", "varchar"), ("suppression_reason", "varchar"), ("snapshot_id", "varchar")),
    )
)

STAGING_YAML = """\
models:
  - name: stg_${source_id}__observations
    description: "Every measure of $title in the observation contract. Grain: measure x region x period."
    config:
      contract: {enforced: true}
    columns:
$columns
"""

OBSERVATIONS = """\
with delivered as (

    select * from {{ source('deliveries', '$source_id') }}

),

measures as (

    select
        column_name,
        measure_code
    from {{ ref('stg_catalogue__measures') }}
    where source_id = '$source_id'

),

sources as (

    select
        source_id,
        region_vintage,
        snapshot_id
    from {{ ref('stg_catalogue__sources') }}
    where source_id = '$source_id'

),

keyed as (

    select
        {{ region_code('$region') }} as code,
        $year as year_number,
        cast(columns(c -> c not in ('ID', '$region', '$period')) as varchar)
    from delivered

),

cells as (

    select *
    from keyed
    unpivot include nulls (raw_value for column_name in (columns(* exclude (code, year_number))))

),

decoded as (

    select
        *,
        {{ decoded_value('raw_value') }} as decoded_value,
        {{ reason_without_value('raw_value') }} as reason
    from cells

),

final as (

    select
        sources.source_id,
        measures.measure_code,
        decoded.code as region_code,
        {{ region_level('decoded.code') }} as region_level,
        sources.region_vintage,
        make_date(decoded.year_number, 1, 1) as period_start,
        make_date(decoded.year_number, 12, 31) as period_end,
        'year' as period_grain,
        'total' as sex,
        'all' as age_band,
        decoded.decoded_value as value,
        cast(null as double) as lower,
        cast(null as double) as upper,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        case
            when decoded.decoded_value is not null then 'observed'
            when decoded.reason = 'not_collected' then 'missing'
            else 'suppressed'
        end as value_status,
        case when decoded.decoded_value is null then decoded.reason end as suppression_reason,
        sources.snapshot_id
    from decoded
    inner join measures on decoded.column_name = measures.column_name
    cross join sources

)

select * from final
"""
