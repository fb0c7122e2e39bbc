"""The public site: static pages written from one release, with the sentences and drawings of the dashboard."""
