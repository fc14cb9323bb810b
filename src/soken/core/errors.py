"""The one family of errors that Soken raises for people to read.

Each error is one sentence that says what is wrong, where, and what to do. The command line prints it on standard
error and ends with the class's exit code; a page shows it above the form. Everything else that escapes is a defect.
"""

from __future__ import annotations

from typing import ClassVar

from soken.core.refusals import refused


class SokenError(Exception):
    """Base of all errors that a person should read; never raised itself.

    Attributes:
        code: stable, machine-readable name of the kind of error.
        exit_code: what the command line ends with (documented in ``docs/reference/command-line.md``).
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInputError(SokenError):
    """The given file cannot be taken in as it is; the store was left as it was."""

    code = "bad-input"
    exit_code = 3


class NotFoundError(SokenError):
    """A named operation, evidence item, profile or person does not exist."""

    code = "not-found"
    exit_code = 4


class RefusedError(SokenError):
    """The act is possible in principle but not now, or not like this (a name is taken, a guard is unmet)."""

    code = "refused"
    exit_code = 5

    def __init__(self, message: str) -> None:
        super().__init__(message)
        refused(message)


class ReconciliationError(SokenError):
    """Rows read differ from rows accepted plus rows set aside: the step stops and keeps nothing."""

    code = "reconciliation"
    exit_code = 6


class DamagedStoreError(SokenError):
    """Something in the store is not what its manifest says it is."""

    code = "damaged-store"
    exit_code = 7


class NotProvenError(SokenError):
    """Nothing was found, but something could not be looked into: that nothing is there is not proven."""

    code = "not-proven"
    exit_code = 9


class EnvironmentProblemError(SokenError):
    """The machine gets in the way: the disk is full, a folder is not writable, a port is taken."""

    code = "environment"
    exit_code = 8
