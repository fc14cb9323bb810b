"""Outside shapes: what leaves Soken in a file of a form that others read. No rules, no counting."""
