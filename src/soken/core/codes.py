"""What the codes of evidence items and persons look like, as patterns for addresses."""

from __future__ import annotations

from typing import Final

#: ``E-`` and twelve hexadecimal digits.
EVIDENCE_ID: Final = "E-[0-9a-f]{12}"
#: ``P-`` and three groups of four characters of Crockford's base 32.
PERSON_CODE: Final = "P-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}"
