"""In which order persons are worked, and by when: instruments, scores, bands, target dates."""
