"""Which force is competent for a person, and why."""
