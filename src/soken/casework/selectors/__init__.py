"""Reading the case database and the evidence store for pages and the command line; nothing here writes."""
