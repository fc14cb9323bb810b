"""Django's PostgreSQL backend with the ledger, which tells the server who looks."""
