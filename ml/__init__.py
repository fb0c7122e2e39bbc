"""The risk model: panel, designs, training, evaluation and scoring."""
