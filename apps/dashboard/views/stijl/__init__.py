"""The hidden page on which every component stands in every state."""
