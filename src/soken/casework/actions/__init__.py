"""One file an act: each checks, does it, and stores what came of it. Pages and the command line call the same.

Import an act from its own module: a command that opens an operation need not load what resolves one.
"""
