with declared as (

    select * from {{ source('catalogue', 'indicators') }}

),

final as (

    select
        cast(indicator_id as {{ text_type() }}) as indicator_id,
        cast(mart as {{ text_type() }}) as mart,
        cast(also_class as {{ text_type() }}) as also_class,
        cast(title_nl as {{ text_type() }}) as title_nl,
        cast(title_en as {{ text_type() }}) as title_en,
        cast(description_nl as {{ text_type() }}) as description_nl,
        cast(description_en as {{ text_type() }}) as description_en,
        cast(trimbos_component as {{ text_type() }}) as trimbos_component,
        cast(trimbos_building_block as {{ text_type() }}) as trimbos_building_block,
        cast(determinant_level as {{ text_type() }}) as determinant_level,
        cast(continuum as {{ text_type() }}) as continuum,
        cast(instrument as {{ text_type() }}) as instrument,
        cast(cut_off as {{ text_type() }}) as cut_off,
        cast(population_nl as {{ text_type() }}) as population_nl,
        cast(population_en as {{ text_type() }}) as population_en,
        cast(age_band as {{ text_type() }}) as age_band,
        cast(unit as {{ text_type() }}) as unit,
        cast(decimals as integer) as decimals,
        cast(polarity as {{ text_type() }}) as polarity,
        cast(multiplier as double) as multiplier,
        cast(counted_per as double) as counted_per,
        cast(min_denominator as double) as min_denominator,
        cast(definition_version as {{ text_type() }}) as definition_version,
        cast(method as {{ text_type() }}) as method,
        cast(interval_method as {{ text_type() }}) as interval_method,
        cast(model_predictors as {{ text_type() }}) as model_predictors,
        cast(source_id as {{ text_type() }}) as source_id,
        cast(series as {{ text_type() }}) as series,
        cast(series_rule as {{ text_type() }}) as series_rule,
        cast(measure_code as {{ text_type() }}) as measure_code,
        cast(denominator_code as {{ text_type() }}) as denominator_code,
        cast(methodology_url as {{ text_type() }}) as methodology_url,
        cast(caveats_nl as {{ text_type() }}) as caveats_nl,
        cast(caveats_en as {{ text_type() }}) as caveats_en,
        cast(is_ranked as boolean) as is_ranked,
        cast(helpline_nl as {{ text_type() }}) as helpline_nl,
        cast(helpline_en as {{ text_type() }}) as helpline_en,
        cast(status as {{ text_type() }}) as status,
        cast(gap_reason_nl as {{ text_type() }}) as gap_reason_nl,
        cast(gap_reason_en as {{ text_type() }}) as gap_reason_en,
        cast(owner as {{ text_type() }}) as owner,
        cast(since as {{ text_type() }}) as since,
        cast(replaced_by as {{ text_type() }}) as replaced_by,
        cast(policy_lever as boolean) as is_policy_lever,
        cast(min_plausible as double) as min_plausible,
        cast(max_plausible as double) as max_plausible,
        cast(max_change as double) as max_change,
        cast(min_coverage as double) as min_coverage,
        cast(severity as {{ text_type() }}) as severity,
        cast(is_public as boolean) as is_public,
        cast(as_feature as boolean) as as_feature,
        cast(as_target as boolean) as as_target
    from declared

)

select * from final
