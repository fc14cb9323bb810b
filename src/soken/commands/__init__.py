"""The command line: the same selectors and actions as the desk's pages."""
