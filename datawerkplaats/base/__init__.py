"""What everything stands on: errors as sentences, settings, files, and the one door to DuckDB and dbt."""
