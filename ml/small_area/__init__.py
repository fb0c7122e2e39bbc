"""From persons to areas: estimates per wijk and gemeente with intervals that hold."""
