"""What answers look like, one module a subject; published as OpenAPI, and every answer is held to it."""
