"""What ids look like in an address; anything else is a 404 before a view is called."""

from __future__ import annotations

from soken.core.codes import EVIDENCE_ID, PERSON_CODE


class _Text:
    """A converter that leaves the text as it is."""

    def to_python(self, value: str) -> str:
        """Return the text."""
        return value

    def to_url(self, value: str) -> str:
        """Return the text."""
        return value


class EvidenceId(_Text):
    """``E-`` and twelve hexadecimal digits."""

    regex = EVIDENCE_ID


class PersonCode(_Text):
    """``P-`` and three groups of four characters of Crockford's base 32."""

    regex = PERSON_CODE


class RowNumber:
    """A row number: from 1, at most twelve digits."""

    regex = "[1-9][0-9]{0,11}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return its digits."""
        return str(value)
