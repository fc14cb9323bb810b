"""Django's sqlite backend, which chains what a transaction changed before it commits."""
