{{ delivered_enumerations() }}
