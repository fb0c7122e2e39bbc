"""The risk model at work in the house: from panel snapshot to released models, area estimates and tables."""
