"""In which language the reader is answered."""

from __future__ import annotations

from django.utils.translation import get_language


def page_language() -> str:
    """Return "ja" for a reader who reads Japanese, else "en"."""
    return "ja" if (get_language() or "").startswith("ja") else "en"
