"""What all of the risk model shares: data sets, designs, features as declared, and folds."""
