"""What the project promises in figures, and the one way to measure it: `make prove` (the recipe stands in CONTRIBUTING.md)."""
