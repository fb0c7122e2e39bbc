"""Mutants: small mistakes made on purpose, each of which the nearest tests have to notice. `targets.yml` declares where."""
