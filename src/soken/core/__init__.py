"""What every step stands on: errors, clock, folders, hashes, the words of a row, progress."""
