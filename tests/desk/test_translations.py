"""Every text of every page exists in Japanese, and the compiled catalogue is the written one."""

import re

import polib

from tests.desk.messages import CATALOGUE, SOURCE, key, used_messages

ENTRIES = {key(one): one for one in polib.pofile(str(CATALOGUE))}


def test_every_text_is_translated() -> None:
    missing = {message for message in used_messages() if message not in ENTRIES or not ENTRIES[message].translated()}
    assert missing == set(), "run: python -m tests.desk.messages, then fill in the empty ones"


def test_no_translation_is_left_over_or_doubtful() -> None:
    assert ENTRIES.keys() - used_messages() == set()
    assert [one.msgid for one in ENTRIES.values() if one.fuzzy or one.obsolete] == []


def test_the_compiled_catalogue_is_up_to_date() -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    written = {known: (one.msgstr, one.msgstr_plural) for known, one in ENTRIES.items()}
    assert {key(one): (one.msgstr, one.msgstr_plural) for one in compiled} == written


def test_a_translation_fills_in_the_same_values() -> None:
    values = re.compile(r"%\((\w+)\)[sd]")
    said = {message: entry.msgstr or entry.msgstr_plural[0] for message, entry in ENTRIES.items()}
    expected = {message: set(values.findall(message[1] or message[0])) for message in said}
    assert {message: set(values.findall(text)) for message, text in said.items()} == expected


def test_templates_hold_no_text_outside_the_catalogue() -> None:
    """Words between tags that are not marked would stay English on a Japanese page."""
    allowed = {"Soken", "English", "SHA-256", "soken operation new NAME", "ok"}
    left: list[str] = []
    for path in SOURCE.rglob("*.html"):
        text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", " ", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"<(code|title|script)\b[^>]*>.*?</\1>", " ", text, flags=re.DOTALL)
        text = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", "\0", text, flags=re.DOTALL)
        words = [part.strip() for part in text.split("\0")]
        left += [f"{path.name}: {part}" for part in words if re.search(r"[A-Za-z]{2}", part) and part not in allowed]
    assert left == []
