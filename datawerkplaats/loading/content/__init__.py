"""What points at a person in a delivery that is about areas: texts, columns of numbers, names of files and columns."""
