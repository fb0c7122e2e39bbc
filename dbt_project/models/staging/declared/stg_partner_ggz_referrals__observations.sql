{{ protected_observations('partner_ggz_referrals') }}
