"""Model card and reporting checklists, filled by the run; an empty answer stops the release."""
