"""What a heading means, by a list of the words that shops use (``headings.toml``) and the ways these are put together.

A heading is looked up as it stands first; then without what people put around such words: whose it is
(``配送先``, ``billing``), politeness (``ご``), remarks in brackets, the order of English words, short forms.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from soken.core.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FILE: Final = Path(__file__).with_name("headings.toml")
_LEFT_OUT: Final = re.compile(r"[\s\W_]+")
_BRACKETS: Final = re.compile(r"[(\[【〔<](?P<inside>[^)\]】〕>]*)[)\]】〕>]")
_POSTAL_MARK: Final = re.compile("〒(?:番号)?")
#: A number that counts columns; an item's number is longer.
_COUNTED: Final = re.compile(r"(?<!\d)\d{1,2}$")
_POLITE: Final = ("ご", "お", "御")
#: English words: they end at signs, and before a capital after a small letter.
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|#")
_MOST_WORDS: Final = 4
#: Where Japanese letters end and Latin ones begin, or the other way round; signs and blanks between them go.
_OTHER_LETTERS: Final = re.compile(r"(?<=[^\x00-\x7f])[\s\W_]*(?=[A-Za-z])|(?<=[A-Za-z])[\s\W_]*(?=[^\x00-\x7f])")
#: What is longer heads no column; looking at it would take long.
_LONGEST: Final = 120
#: What may stand between a word for whose it is and the field: ``お届け先の住所``, ``購入者情報_氏名``.
_LINKS: Final = ("情報", "様の", "様", "の")
#: What words in brackets may say more exactly than the word before them: ``住所(番地)``, ``氏名(カナ)``.
_PARTS: Final[dict[str, frozenset[str]]] = {
    "address": frozenset({"address", "address2", "prefecture", "city", "postal_code"}),
    "full_name": frozenset({"family_name", "given_name", "full_kana", "family_kana", "given_kana"}),
    "full_kana": frozenset({"family_kana", "given_kana"}),
    "family_name": frozenset({"family_kana"}),
    "given_name": frozenset({"given_kana"}),
    "phone": frozenset({"phone2"}),
    "email": frozenset({"email2"}),
}
#: The same, where the name's word is followed by whose part it is: ``フリガナ(姓)``.
_PART_OF_KANA: Final = {"family_name": "family_kana", "given_name": "given_kana"}
#: Words that say nothing of which field a heading in two languages names.
_BESIDE: Final = frozenset({"アドレス", "連絡先", "web", "pc", "ec", "net"})
_EXACT: Final = 0.95
_WHOSE: Final = 0.9
_LOOSE: Final = 0.85


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """``headings.toml``, folded.

    Attributes:
        fields: heading → field.
        alone: the same for words that must be the whole heading.
        others: headings that are no field.
        holder: words in front that say that a value is the holder's, longest first.
        addressee: the same for the addressee.
        short: English short form → word.
        idle: English words that say nothing about which field it is.
    """

    fields: Mapping[str, str]
    alone: Mapping[str, str]
    others: frozenset[str]
    holder: tuple[str, ...]
    addressee: tuple[str, ...]
    short: Mapping[str, str]
    idle: frozenset[str]


def fold_heading(heading: str) -> str:
    """Return a heading as it is looked up: NFKC, lower case, without accents, spaces, punctuation and brackets."""
    plain = _without_accents(heading.partition("#")[0]).lower()
    return _LEFT_OUT.sub("", _POSTAL_MARK.sub("郵便番号", plain))


def meaning(heading: str) -> tuple[str, float] | None:
    """Return the field that a heading names and how sure that is (0 to 1), or None.

    A word in front of it may say whose the value is: ``配送先電話番号`` is ``ship_phone``.
    """
    if len(heading) > _LONGEST:
        return None
    folded = fold_heading(heading)
    if not folded:
        return None
    if found := _looked_up(folded):
        return found
    if field := _vocabulary().alone.get(folded):
        return field, _WHOSE
    if folded in _vocabulary().others:
        return None
    if found := _in_brackets(heading):
        return found
    for form in _loosened(heading, folded):
        if found := _looked_up(form):
            return found[0], _LOOSE
    return _of_address(heading) if folded.isascii() else _in_two_languages(heading)


def is_no_field(heading: str) -> bool:
    """Tell whether a heading is known to be of something else, such as remarks or a password."""
    return len(heading) <= _LONGEST and fold_heading(heading) in _vocabulary().others


def is_heading_word(cell: str) -> bool:
    """Tell whether a cell is a word that heads columns, be it a field or not (``備考``, ``password``)."""
    if len(cell) > _LONGEST:
        return False
    folded = fold_heading(cell)
    plain = _COUNTED.sub("", folded)
    others = _vocabulary().others
    return folded in others or plain in others or meaning(cell) is not None or bool(plain and _looked_up(plain))


def _looked_up(folded: str) -> tuple[str, float] | None:
    """Return what a folded heading names, with or without a word for whose it is."""
    words = _vocabulary()
    if field := words.fields.get(folded):
        return field, _EXACT
    for prefix in words.addressee:
        if folded.startswith(prefix) and (field := _after(folded, prefix)):
            shipped = f"ship_{field}"
            return (shipped, _WHOSE) if shipped in FIELDS else None
    for prefix in words.holder:
        if folded.startswith(prefix) and (field := _after(folded, prefix)):
            return field, _WHOSE
    return None


def _after(folded: str, prefix: str) -> str | None:
    """Return the field that is named behind a word for whose it is; ``注文者名`` is the whole name, not a given one."""
    rest = folded[len(prefix) :]
    if rest == "名" and not prefix.isascii():
        return "full_name"
    fields = _vocabulary().fields
    for link in ("", *_LINKS):
        plain = rest.removeprefix(link)
        if field := fields.get(plain) or (fields.get(plain[1:]) if plain.startswith(_POLITE) else None):
            return field
    return None


def _in_brackets(heading: str) -> tuple[str, float] | None:
    """Return what a heading with a remark in brackets names."""
    plain = unicodedata.normalize("NFKC", heading)
    found = _BRACKETS.search(plain)
    if found is None:
        return None
    outside = meaning(plain[: found.start()] + plain[found.end() :])
    if outside is None:
        return None
    inside_word = fold_heading(found["inside"])
    if inside_word in _vocabulary().addressee:
        shipped = f"ship_{outside[0]}"
        return (shipped, _LOOSE) if shipped in FIELDS else None
    whose = "ship_" if outside[0].startswith("ship_") else ""
    field = outside[0].removeprefix("ship_")
    inside = meaning(found["inside"])
    if inside is not None:
        part = _PART_OF_KANA.get(inside[0], inside[0]) if field == "full_kana" else inside[0]
        if part == "full_kana":
            part = _PART_OF_KANA.get(field, part)
        if part in _PARTS.get(field, ()) and whose + part in FIELDS:
            return whose + part, _LOOSE
    return outside[0], _LOOSE


def _in_two_languages(heading: str) -> tuple[str, float] | None:
    """Return what a heading names that says it in Japanese and in English: ``氏名 Name``, ``電話番号/Tel``.

    Both must name it; or one, where the other is a word beside it (``Web会員番号``, ``E-mailアドレス``). A name of
    people is never told from one part: ``商品 Name``, ``DVD名``. Where the two name different fields nobody can say
    which it is.
    """
    parts = [part for part in _OTHER_LETTERS.split(unicodedata.normalize("NFKC", heading)) if fold_heading(part)]
    if len(parts) != 2 or any(is_no_field(part) for part in parts):
        return None
    english, japanese = sorted(parts, key=lambda part: not fold_heading(part).isascii())
    said, meant = meaning(english), meaning(japanese)
    if meant is None:
        return (said[0], _LOOSE) if said and fold_heading(japanese) in _BESIDE else None
    if said is None:
        return (meant[0], _LOOSE) if english.lower() in _BESIDE else None
    return (meant[0], _LOOSE) if said[0] == meant[0] else None


def _of_address(heading: str) -> tuple[str, float] | None:
    """Return the part of an address that a heading names beside the word itself: ``billing_address.zip``."""
    words = _english(heading)
    if "address" not in words or len(words) < 2:
        return None
    rest = meaning(" ".join(word for word in words if word != "address"))
    part = rest[0].removeprefix("ship_") if rest else ""
    return (rest[0], _LOOSE) if rest and part in {*_PARTS["address"], "country"} else None


def _english(heading: str) -> list[str]:
    """Return a heading's English words, written out: "PhoneNo" is two words, "PHONE NO" too, "E-mail" one."""
    spelt = re.sub(r"\be[-_ ]mail", "email", _without_accents(heading), flags=re.IGNORECASE)
    words = (word.lower() for word in _WORDS.findall(spelt))
    return [_vocabulary().short.get(word, word) for word in words]


def _loosened(heading: str, folded: str) -> Iterator[str]:
    """Yield other ways of writing a heading, the nearest first."""
    if folded.startswith(_POLITE):
        yield folded[1:]
    plain = folded.rstrip("1")
    if plain != folded and not plain[-1:].isdigit():
        yield plain
        if plain.startswith(_POLITE):
            yield plain[1:]
    if "/" in heading:
        yield fold_heading(heading.partition("/")[0])
    if folded.isascii():
        yield from _reordered(heading)


def _reordered(heading: str) -> Iterator[str]:
    """Yield English words written out, without those that say nothing, in every order."""
    words = _english(heading)
    if len(words) > 1 and words[-1] == "1":
        words = words[:-1]
    told = [word for word in words if word not in _vocabulary().idle]
    for some in (words, told):
        if 0 < len(some) <= _MOST_WORDS:
            yield from ("".join(order) for order in permutations(some))


def _without_accents(text: str) -> str:
    """Return a text in NFKC, Latin letters without accents; kana keep their voicing marks."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isascii():
        return plain
    return "".join(
        unicodedata.normalize("NFD", letter)[0] if "\u00c0" <= letter <= "\u024f" else letter for letter in plain
    )


@cache
def _vocabulary() -> _Vocabulary:
    """Return the words of ``headings.toml``; a word that stands for two fields is a slip and raises ValueError."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    fields: dict[str, str] = {}
    for field, headings in data["fields"].items():
        for heading in headings:
            folded = fold_heading(heading) or heading
            if fields.setdefault(folded, field) != field:
                raise ValueError(f"{_FILE.name}: {heading!r} stands for both {fields[folded]!r} and {field!r}")
    return _Vocabulary(
        fields=fields,
        alone={word: field for field, words in data["alone"].items() for word in words},
        others=frozenset(fold_heading(one) for one in data["others"]["words"]),
        holder=_longest_first(data["prefixes"], "holder"),
        addressee=_longest_first(data["prefixes"], "addressee"),
        short={short: word for word, forms in data["short"].items() for short in forms},
        idle=frozenset(data["idle"]["words"]),
    )


def _longest_first(data: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(sorted((fold_heading(one) for one in data[name]), key=len, reverse=True))
