"""What text in each encoding looks like, and the decoders that Python lacks.

Python's ``euc_jp`` and ``iso2022_jp`` refuse the vendors' characters (㈱, ①, 髙) that shops really wrote; those
stand at the same row and cell in Microsoft's table, so they are decoded by way of CP932 (row and cell → Shift_JIS:
JIS X 0208:1997, annex 1).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final

_EUC_RE: Final = re.compile(rb"([\x00-\x7f]+)|(\x8e[\xa1-\xdf])|(\x8f[\xa1-\xfe]{2})|((?:[\xa1-\xfe]{2})+)")
_ISO_ESCAPE_RE: Final = re.compile(rb"(\x1b\([BJIH]|\x1b\$[@B]|\x1b\$\(D|\x1b&@\x1b\$B|[\r\n]+)")
#: Half-width kana as CP932 or EUC-JP bytes hold them, in order that nobody types: a voicing mark after what cannot be
#: voiced, a small letter, long-vowel mark or voicing mark at the beginning, and ､ or ･ (0xA4, 0xA5: the first bytes of
#: every EUC-JP hiragana and katakana) between kana; rows of private characters.
_ODD_CP932_RE: Final = re.compile(
    "(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ|(?<![ｦ-ﾟ])[ｧ-ｯｰﾞﾟ](?=[ｦ-ﾟ])|[､･][ｦ-ﾟ][､･]|[｡｢｣､･][｡｢｣､･]|[ｦ-ﾟ][｡｢｣]|[\ue000-\uf8ff]|[\x80\xa0]"
)
_HALF_WIDTH_RE: Final = re.compile("[｡-ﾟ]")
_KANJI_RE: Final = re.compile("[一-龠]")
#: A line read as EUC-JP whose kanji are at least to this share the frequent ones of lists is EUC-JP.
_COMMON_SHARE: Final = 0.7
_LEVEL2_BETWEEN_LATIN_RE: Final = re.compile(rb"[A-Za-z ][\xe0-\xea][a-z]")
#: Greek, Cyrillic and box-drawing: what pairs of half-width kana become when read as EUC-JP.
_ODD_EUC_RE: Final = re.compile("[Α-Ωα-ωА-Яа-яЁё─-╿]")
_HIGH_RUN_RE: Final = re.compile(rb"[\x80-\xff]+")
_EUROPEAN_RE: Final = re.compile(
    rb"[\xc0-\xd6\xd8-\xf6\xf8-\xff]{1,2}|[\x80\x85\x8a\x8e\x91-\x97\x9a\x9c\x9e\x9f\xa0-\xbf]"
)
_UTF8_RE: Final = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
#: Where Microsoft's table and the standard name one cell differently, one file must not hold both.
_AS_JIS: Final = str.maketrans("～∥－￠￡￢", "〜‖−¢£¬")


@cache
def _common_kanji() -> frozenset[str]:
    text = resources.files("soken.intake").joinpath("common_kanji.toml").read_text(encoding="utf-8")
    return frozenset("".join(tomllib.loads(text).values()))


def _reads_as_euc_jp(line: bytes) -> bool:
    """Tell whether a line, read as EUC-JP, is made of the kanji that lists are made of."""
    try:
        kanji = _KANJI_RE.findall(decode_euc_jp(line))
    except UnicodeDecodeError:
        return False
    common = sum(1 for char in kanji if char in _common_kanji())
    return len(kanji) > 1 and common >= _COMMON_SHARE * len(kanji)


def is_foreign_to_cp932(line: bytes) -> bool:
    """Tell whether a line that CP932 can decode was surely written in UTF-8 or EUC-JP, in a file otherwise in CP932."""
    if looks_like_utf8(line):
        return True
    text = line.decode("cp932", "replace")
    if _ODD_CP932_RE.search(text) is None:
        return False
    return _reads_as_euc_jp(line) and not any(0x81 <= byte <= 0x8D or 0x90 <= byte <= 0x9F for byte in line)


def looks_like_utf8(line: bytes) -> bool:
    """Tell whether a line is UTF-8 and holds characters of three bytes or more (chance hardly makes those)."""
    if _UTF8_RE.search(line) is None:
        return False
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def looks_european(line: bytes) -> bool:
    """Tell whether all bytes over 0x7F stand alone or in twos among ASCII, as accented letters in Windows-1252 do."""
    latin = 0
    for run in _HIGH_RUN_RE.finditer(line):
        if _EUROPEAN_RE.fullmatch(run[0]) is None:
            return False
        around = line[max(0, run.start() - 1) : run.start()] + line[run.end() : run.end() + 1]
        latin += any(chr(byte).isalpha() for byte in around) and run[0][0] >= 0xC0
    return latin > 0


def odd_as_cp932(line: bytes, *, european: bool) -> bool:
    """Tell whether a line that decodes as CP932 reads as nothing that is written in Japanese.

    Args:
        line: bytes that CP932 can decode.
        european: the line looks like Windows-1252 (`looks_european`).
    """
    text = line.decode("cp932", "replace")
    if _ODD_CP932_RE.search(text):
        return True
    if european and _LEVEL2_BETWEEN_LATIN_RE.search(line):
        return True
    if all(_HALF_WIDTH_RE.match(char) for char in text if ord(char) > 0x7F) and _reads_as_euc_jp(line):
        return True
    # Half-width kana in EUC-JP are pairs led by 0x8E, which CP932 reads as kanji of that one row and nothing else.
    runs = [run[0] for run in _HIGH_RUN_RE.finditer(line)]
    return all(_is_kana_pairs(run) for run in runs)


def _is_kana_pairs(run: bytes) -> bool:
    pairs = [run[at : at + 2] for at in range(0, len(run), 2)]
    return len(pairs) > 1 and all(len(pair) == 2 and pair[0] == 0x8E and 0xA1 <= pair[1] <= 0xDF for pair in pairs)


def odd_as_euc_jp(line: bytes) -> bool:
    """Tell whether a line that decodes as EUC-JP reads as nothing that is written in Japanese."""
    text = decode_euc_jp(line)
    if _ODD_EUC_RE.search(text):
        return True
    # A half-width name read as EUC-JP is a row of rare kanji without one kana.
    as_cp932 = line.decode("cp932", "replace")
    high = [char for char in as_cp932 if ord(char) > 0x7F]
    only_half_width = bool(high) and all(_HALF_WIDTH_RE.match(char) for char in high)
    return only_half_width and _ODD_CP932_RE.search(as_cp932) is None and not _reads_as_euc_jp(line)


def _by_cp932(pairs: bytes, start: int, whole: bytes) -> str:
    """Decode EUC-JP pairs (0xA1..0xFE each) by way of the same row and cell in CP932."""
    shifted = bytearray()
    for first, second in zip(pairs[0::2], pairs[1::2], strict=True):
        row, cell = first - 0xA0, second - 0xA0
        lead = (row + 1) // 2 + (0x80 if row <= 62 else 0xC0)
        trail = cell + (0x3F if cell <= 63 else 0x40) if row & 1 else cell + 0x9E
        shifted += bytes((lead, trail))
    try:
        return shifted.decode("cp932")
    except UnicodeDecodeError as error:
        raise UnicodeDecodeError("euc_jp", whole, start, start + len(pairs), error.reason) from error


def decode_euc_jp(raw: bytes) -> str:
    """Decode EUC-JP with the vendors' characters.

    Raises:
        UnicodeDecodeError: the bytes are no EUC-JP.
    """
    try:
        return raw.decode("euc_jp")
    except UnicodeDecodeError:
        pass
    parts: list[str] = []
    at = 0
    while at < len(raw):
        match = _EUC_RE.match(raw, at)
        if match is None:
            raise UnicodeDecodeError("euc_jp", raw, at, at + 1, "no character begins like this")
        parts.append(_by_cp932(match[0], at, raw).translate(_AS_JIS) if match[4] else match[0].decode("euc_jp"))
        at = match.end()
    return "".join(parts)


def decode_iso2022_jp(raw: bytes) -> str:
    """Decode ISO-2022-JP with half-width kana and the vendors' characters; each line begins in ASCII.

    Raises:
        UnicodeDecodeError: the bytes are no ISO-2022-JP.
    """
    if b"\x1b" not in raw:
        return raw.decode("ascii")
    parts: list[str] = []
    state = b"\x1b(B"
    at = 0
    for piece in _ISO_ESCAPE_RE.split(raw):
        if _ISO_ESCAPE_RE.fullmatch(piece):
            state = b"\x1b(B" if piece[:1] in b"\r\n" else piece
            if piece[:1] in b"\r\n":
                parts.append(piece.decode("ascii"))
        else:
            parts.append(_iso_piece(piece, state, at, raw))
        at += len(piece)
    return "".join(parts)


def _iso_piece(piece: bytes, state: bytes, start: int, whole: bytes) -> str:
    """Decode what stands between two escapes."""
    if state in (b"\x1b(B", b"\x1b(J", b"\x1b(H"):
        return piece.decode("ascii")
    if not piece.isascii() or any(byte < 0x21 for byte in piece) or b"\x7f" in piece:
        raise UnicodeDecodeError("iso2022_jp", whole, start, start + len(piece), "a control character in kanji")
    raised = bytes(byte | 0x80 for byte in piece)
    if state == b"\x1b(I":
        return raised.decode("cp932")
    if len(raised) % 2:
        raise UnicodeDecodeError("iso2022_jp", whole, start, start + len(piece), "half a character")
    if state == b"\x1b$(D":
        return b"".join(b"\x8f" + raised[at : at + 2] for at in range(0, len(raised), 2)).decode("euc_jp")
    return _by_cp932(raised, start, whole)
