"""Pages for people: operations, evidence, persons. No rules here."""
