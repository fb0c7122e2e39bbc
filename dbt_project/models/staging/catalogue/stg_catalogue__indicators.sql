with declared as (

    select * from {{ source('catalogue', 'indicators') }}

),

final as (

    select
        cast(indicator_id as varchar) as indicator_id,
        cast(mart as varchar) as mart,
        cast(also_class as varchar) as also_class,
        cast(title_nl as varchar) as title_nl,
        cast(title_en as varchar) as title_en,
        cast(description_nl as varchar) as description_nl,
        cast(description_en as varchar) as description_en,
        cast(trimbos_component as varchar) as trimbos_component,
        cast(trimbos_building_block as varchar) as trimbos_building_block,
        cast(determinant_level as varchar) as determinant_level,
        cast(continuum as varchar) as continuum,
        cast(instrument as varchar) as instrument,
        cast(cut_off as varchar) as cut_off,
        cast(population_nl as varchar) as population_nl,
        cast(population_en as varchar) as population_en,
        cast(age_band as varchar) as age_band,
        cast(unit as varchar) as unit,
        cast(decimals as integer) as decimals,
        cast(polarity as varchar) as polarity,
        cast(multiplier as double) as multiplier,
        cast(counted_per as double) as counted_per,
        cast(min_denominator as double) as min_denominator,
        cast(definition_version as varchar) as definition_version,
        cast(method as varchar) as method,
        cast(interval_method as varchar) as interval_method,
        cast(model_predictors as varchar) as model_predictors,
        cast(source_id as varchar) as source_id,
        cast(series as varchar) as series,
        cast(series_rule as varchar) as series_rule,
        cast(measure_code as varchar) as measure_code,
        cast(denominator_code as varchar) as denominator_code,
        cast(methodology_url as varchar) as methodology_url,
        cast(caveats_nl as varchar) as caveats_nl,
        cast(caveats_en as varchar) as caveats_en,
        cast(is_ranked as boolean) as is_ranked,
        cast(helpline_nl as varchar) as helpline_nl,
        cast(helpline_en as varchar) as helpline_en,
        cast(status as varchar) as status,
        cast(gap_reason_nl as varchar) as gap_reason_nl,
        cast(gap_reason_en as varchar) as gap_reason_en,
        cast(owner as varchar) as owner,
        cast(since as varchar) as since,
        cast(replaced_by as varchar) as replaced_by,
        cast(policy_lever as boolean) as is_policy_lever,
        cast(min_plausible as double) as min_plausible,
        cast(max_plausible as double) as max_plausible,
        cast(max_change as double) as max_change,
        cast(min_coverage as double) as min_coverage,
        cast(severity as varchar) as severity,
        cast(is_public as boolean) as is_public,
        cast(as_feature as boolean) as as_feature,
        cast(as_target as boolean) as as_target
    from declared

)

select * from final
