"""What goes to the prosecutor: facts, assessments and persons' categories, kept apart."""
