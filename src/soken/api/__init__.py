"""Reading over HTTP, for programs: the same selectors and the same rights as the desk; tokens narrow them. No acts."""
