"""Whose turn is first: instruments (TOML), scores, bands, target dates. A band orders work and proves nothing."""
