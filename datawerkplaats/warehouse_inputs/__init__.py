"""What dbt reads besides the snapshots: the catalogue as tables, made from declarations and editions."""
