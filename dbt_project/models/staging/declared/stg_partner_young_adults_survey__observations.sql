{{ protected_observations('partner_young_adults_survey') }}
