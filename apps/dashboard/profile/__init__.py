"""What a profile of an area says, for page and report alike: no widget in it."""
