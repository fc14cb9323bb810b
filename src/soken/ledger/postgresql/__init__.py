"""Django's postgresql backend, which chains what a transaction changed before it commits."""
