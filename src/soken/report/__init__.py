"""From clearances to published tables: three counts (cases, persons, victims), disclosure control, charts."""
