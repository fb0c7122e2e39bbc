"""The parts of the evaluation: each yields figures with their goals."""
