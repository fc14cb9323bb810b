"""One file a room of the desk; each view asks selectors, calls actions, and renders."""
