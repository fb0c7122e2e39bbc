"""A model judged elsewhere: packed into a folder that needs nothing of this house, and what comes back is looked at first."""
