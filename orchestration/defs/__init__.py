"""Assets, checks and automation, one module per layer; `orchestration.definitions` puts them together."""
