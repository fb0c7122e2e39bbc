"""The library of the data workplace: settings, catalogue, ingestion, publication and statistics, imported by every other part."""
