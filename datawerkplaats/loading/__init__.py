"""From services and deliveries to snapshots on disk: raw bytes, Parquet and provenance."""
