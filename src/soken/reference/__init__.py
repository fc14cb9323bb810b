"""Effective-dated data about the outside world, and its loaders."""
