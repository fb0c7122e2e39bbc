"""Words and numbers as readers see them, Dutch and English."""
