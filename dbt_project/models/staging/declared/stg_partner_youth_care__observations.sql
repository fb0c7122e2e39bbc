{{ protected_observations('partner_youth_care') }}
