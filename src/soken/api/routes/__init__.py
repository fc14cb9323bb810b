"""What can be asked, one module a subject: each asks a selector and says what it found in a shape."""
