"""What a model is asked before it may be released: leaks, groups, privacy, uncertainty, drift and travel."""
