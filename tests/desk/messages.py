"""Which texts the pages use, found in templates and code, and the help of commands; compiles the translations.

``python -m tests.desk.messages`` adds new texts to the .po file (empty), takes out unused ones, writes the .mo.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import polib
import typer
from django.utils.translation.template import templatize

from soken.commands.help import parts
from soken.commands.main import app

SOURCE = Path(__file__).parents[2] / "src" / "soken"
CATALOGUE = SOURCE / "desk" / "locale" / "ja" / "LC_MESSAGES" / "django.po"

_CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
_TEXT = r"""(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
_IN_TEMPLATE = re.compile(rf"\b(_|gettext|ngettext|pgettext)\(\s*{_TEXT}\s*(?:,\s*{_TEXT}\s*)?", re.DOTALL)

#: Text, its plural ('' for none), its context ('' for none).
Message = tuple[str, str, str]


def used_messages() -> set[Message]:
    """Return every text that is translated, with its plural and its context ('' where it has none)."""
    found: set[Message] = set()
    for path in SOURCE.rglob("*.html"):
        for match in _IN_TEMPLATE.finditer(templatize(path.read_text(encoding="utf-8"))):
            texts = [ast.literal_eval(text) for text in match.groups()[1:] if text]
            found.add(_message(match[1], texts))
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
                texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                if texts:
                    found.add(_message(node.func.id, texts))
    return found | {(one.help, "", "") for one in parts(typer.main.get_command(app)) if one.help}


def _message(call: str, texts: list[str]) -> Message:
    """Return what a call translates, from the texts it is given."""
    if call.startswith("pgettext"):
        return texts[1], "", texts[0]
    return texts[0], texts[1] if call.startswith("ngettext") else "", ""


def key(entry: polib.POEntry) -> Message:
    """Return what an entry of the catalogue translates."""
    return entry.msgid, entry.msgid_plural, entry.msgctxt or ""


def update() -> list[str]:
    """Bring the .po file to what is used and write the .mo; return the texts that still need words."""
    catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile(wrapwidth=120)
    catalogue.wrapwidth = 120
    catalogue.metadata = {
        "Project-Id-Version": "soken",
        "Language": "ja",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    known = {key(one): one for one in catalogue}
    used = used_messages()
    for message in used - known.keys():
        known[message] = polib.POEntry(msgid=message[0], msgid_plural=message[1], msgctxt=message[2] or None)
    catalogue[:] = [known[message] for message in sorted(used)]
    catalogue.save(str(CATALOGUE))
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return [one.msgid for one in catalogue if not one.translated()]


if __name__ == "__main__":
    sys.stdout.write(("\n".join(update()) or "complete") + "\n")
