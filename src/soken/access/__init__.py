"""Who may do and see what. Permissions stand in one module here (`policy`), as data."""
