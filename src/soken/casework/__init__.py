"""Operations, their evidence, runs and persons: stored, selected and acted upon."""
