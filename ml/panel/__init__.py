"""A synthetic panel in the shape of Lifelines, with a true risk that only the generator knows."""
