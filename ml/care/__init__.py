"""The models of the care table: the next step of care, and the risk of care away from home within 24 months."""
