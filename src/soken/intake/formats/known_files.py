"""What a file is that is no list, told by its first bytes alone: Soken opens no image, document or program."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import PurePosixPath

#: Two or three bytes are too few to tell text from anything else by: such a file must also hold a control character.
_SHORT: Final = 3
_CONTROL_RE: Final = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP_RE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype\s+html|<html|<\?php|<\?xml|<svg|#!/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A kind of file that is no list.

    Attributes:
        what: its name with an article, for a sentence.
        image: it may show something; nothing of it is ever read further.
    """

    what: str
    image: bool


@cache
def _table() -> dict[str, Any]:
    text = resources.files("soken.intake.formats").joinpath("known_files.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _signatures() -> tuple[tuple[int, bytes, KnownFile], ...]:
    return tuple(
        (entry.get("at", 0), bytes.fromhex(digits), KnownFile(entry["what"], bool(entry.get("image"))))
        for entry in _table()["file"]
        for digits in entry["hex"]
    )


def known_file(head: bytes) -> KnownFile | None:
    """Tell what a file is by its first bytes; None if it may be a list."""
    for at, magic, known in _signatures():
        if head.startswith(magic, at) and (len(magic) > _SHORT or _CONTROL_RE.search(head[:4096])):
            return known
    if _MARKUP_RE.match(head[:512]):
        return KnownFile("a web page, program text or XML", image=False)
    return None


def no_list_by_name(path: PurePosixPath) -> bool:
    """Tell whether a file in an archive is a text that is no list (a page, a program, a system's own file)."""
    table, name = _table()["members"], path.name.lower()
    if path.suffix.lower() in table["suffixes"] or name in table["names"] or name.startswith(tuple(table["begins"])):
        return True
    return any(folder in path.parts for folder in table["folders"])
