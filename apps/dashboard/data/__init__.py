"""What the pages read: queries on the release that is served, kept while it is served."""
