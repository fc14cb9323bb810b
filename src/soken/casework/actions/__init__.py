"""One file an act: each checks, does it, and stores what came of it. Pages and the command line call the same."""

from soken.casework.actions.correct_mapping import correct_mapping
from soken.casework.actions.open_operation import open_operation
from soken.casework.actions.resolve_operation import resolve_operation
from soken.casework.actions.take_in_evidence import take_in_evidence

__all__ = ["correct_mapping", "open_operation", "resolve_operation", "take_in_evidence"]
