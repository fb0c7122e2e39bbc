with health as (

    select * from {{ ref('stg_rivm_health_50090ned__observations') }}

),

key_figures as (

    select * from {{ ref('stg_cbs_key_figures_84799ned__observations') }}

),

young_adults as (

    select * from {{ ref('stg_ggd_young_adults_50140ned__observations') }}

),

indicators as (

    select
        sources.source_id,
        indicators.measure_code,
        indicators.denominator_code
    from {{ ref('stg_catalogue__indicators') }} as indicators
    inner join {{ ref('stg_catalogue__indicator_sources') }} as sources
        on indicators.indicator_id = sources.indicator_id
    where indicators.status = 'active'

),

-- Measures no indicator reads stay in staging: leaving them out here is what keeps the marts quick.
measures_in_use as (

    select
        source_id,
        measure_code
    from indicators
    union
    select
        source_id,
        denominator_code
    from indicators
    where denominator_code is not null

),

unioned as (

    select * from health
    union all
    select * from key_figures
    union all
    select * from young_adults
    union all
    select * from {{ ref('stg_rivm_health_50150ned__observations') }}
    union all
    select * from {{ ref('stg_rivm_health_50120ned__observations') }}
    union all
    select * from {{ ref('stg_rivm_health_50052ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_key_figures_84286ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_key_figures_84583ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_key_figures_85318ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_key_figures_85618ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_key_figures_85984ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_key_figures_86165ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_ses_woa_86296ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_ses_woa_85900ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_ses_woa_85539ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_ses_woa_85163ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_proximity_86270ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_youth_care_86204ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_youth_care_85075ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_youth_care_83563ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_youth_care_82972ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_wmo_85994ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_wmo_types_86158ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_medicines_83251ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_causes_of_death_80142ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_regional_figures_70072ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_deaths_80202ned__observations') }}
    union all
    select * from {{ ref('stg_police_crimes_47018ned__observations') }}
    union all
    select * from {{ ref('stg_police_crimes_47022ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_early_school_leaving_71304ned__observations') }}
    union all
    select * from {{ ref('stg_rivm_regiobeeld_50149ned__observations') }}
    union all
    select * from {{ ref('stg_rivm_activity_50143ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_health_survey_85463ned__observations') }}
    union all
    select * from {{ ref('stg_cbs_regions_85755ned__observations') }}
    union all
    select * from {{ ref('stg_vektis_care_costs_gemeente__observations') }}
    union all
    select * from {{ ref('stg_police_crimes_gemeente__observations') }}
    union all
    select * from {{ ref('stg_cbs_key_figures_gemeente_2022__observations') }}
    union all
    select * from {{ ref('stg_leefbaarometer_scores__observations') }}
    union all
    select * from {{ ref('stg_partner_ggz_referrals__observations') }}
    union all
    select * from {{ ref('stg_partner_youth_care__observations') }}
    union all
    select * from {{ ref('stg_partner_young_adults_survey__observations') }}
    union all
    select * from {{ ref('stg_ml_risk_areas__observations') }}

),

final as (

    select unioned.*
    from unioned
    inner join measures_in_use
        on
            unioned.source_id = measures_in_use.source_id
            and unioned.measure_code = measures_in_use.measure_code

)

select * from final
