"""The catalogue as static pages: one per indicator, the gap list, sources, and metadata as CSV and JSON."""
