"""From a design and its data to a run: training, registry and scoring."""
