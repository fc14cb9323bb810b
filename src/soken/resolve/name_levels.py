"""The comparisons of names: whole, family and given name, in both locales."""

from __future__ import annotations

from soken.resolve.comparison import Comparison, Level, close, overlap

#: The same signs, cut once and laid in the other order: 山下丑太郎 and 丑太郎山下.
_TURNED = (
    "length(name_key_l) = length(name_key_r) AND length(name_key_l) >= 3 "
    "AND contains(name_key_l || name_key_l, name_key_r)"
)
_SWAPPED = f"{overlap('fam_keys', 'giv_keys')} AND {overlap('giv_keys', 'fam_keys')} OR {_TURNED}"


def _nearly(one: str, other: str) -> str:
    """Return the condition that two words are one with a slip, or two in a long one: James is no Jaden."""
    slips = f"damerau_levenshtein({one}, {other})"
    return f"({slips} <= 2 AND length({other}) >= 7 OR {slips} <= 1 AND length({other}) >= 4)"


def _swapped_slip(family_given: str, given_family: str) -> str:
    """Return the condition that two names are swapped and one of the parts has a slip, or is cut short.

    Args:
        family_given: condition that the left family name is the right given name.
        given_family: condition that the left given name is the right family name.
    """
    longer = " OR ".join(
        f"{where} AND length({short}) >= 3 AND starts_with({long}, {short})"
        for where, one, other in ((family_given, "giv_key_l", "fam_key_r"), (given_family, "fam_key_l", "giv_key_r"))
        for short, long in ((one, other), (other, one))
    )
    slips = (
        f"{family_given} AND {_nearly('giv_key_l', 'fam_key_r')} "
        f"OR {given_family} AND {_nearly('fam_key_l', 'giv_key_r')}"
    )
    initials = f"{family_given} AND fam_key_r = left(giv_key_l, 1) OR {given_family} AND fam_key_l = left(giv_key_r, 1)"
    return f"({longer} OR {slips} OR {initials})"


_CROSSED = overlap("fam_keys", "giv_keys"), overlap("giv_keys", "fam_keys")
_SLIP_JA = _swapped_slip("fam_key_l = giv_key_r", "giv_key_l = fam_key_r")
#: Umlauts and accents have more than one spelling.
_SLIP_INTL = _swapped_slip(*_CROSSED)
#: One side gives a short form of the given name, and the two parts stand in the other order.
_SWAPPED_SHORT = (
    f"({_CROSSED[0]} AND (list_contains(giv_also_l, fam_key_r) OR list_contains(fam_full_r, giv_key_l) "
    "OR length(fam_stem_r) >= 3 AND starts_with(giv_key_l, fam_stem_r) "
    "OR length(giv_stem_l) >= 3 AND starts_with(fam_key_r, giv_stem_l)) "
    f"OR {_CROSSED[1]} AND (list_contains(giv_also_r, fam_key_l) OR list_contains(fam_full_l, giv_key_r) "
    "OR length(fam_stem_l) >= 3 AND starts_with(giv_key_r, fam_stem_l) "
    "OR length(giv_stem_r) >= 3 AND starts_with(fam_key_l, giv_stem_r)))"
)
#: The same words, three or more, in another order: each form asks for another one.
_ORDER = "len(words_l) >= 3 AND len(words_l) = len(words_r) AND len(list_intersect(words_l, words_r)) = len(words_l)"
#: Two words or more, and all that one side gives are among the other's: Quynh Tran, Tran Thi Kim Quynh.
_SHORTER = "least(len(words_l), len(words_r))"
_WORDS = f"{_SHORTER} >= 2 AND len(list_intersect(words_l, words_r)) = {_SHORTER}"
_WHOLE = "name_key_l = name_key_r"
_WHOLE_READING = overlap("full_keys", "full_keys")
_SURE = "(sure_l AND sure_r)"


_NICKNAME = "list_has_any(giv_also_l, list_append(giv_also_r, giv_key_r)) OR list_contains(giv_also_r, giv_key_l)"
#: Danny begins Daniel: the ending of a pet form and its doubled letter do not count.
_BEGINNING = (
    "least(length(giv_key_l), length(giv_key_r)) >= 3 AND abs(length(giv_key_l) - length(giv_key_r)) >= 2 "
    "AND (starts_with(giv_key_l, giv_key_r) OR starts_with(giv_key_r, giv_key_l)) "
    "OR length(giv_stem_l) >= 3 AND length(giv_key_r) >= length(giv_stem_l) + 2 AND starts_with(giv_key_r, giv_stem_l) "
    "OR length(giv_stem_r) >= 3 AND length(giv_key_l) >= length(giv_stem_r) + 2 AND starts_with(giv_key_l, giv_stem_r)"
)


def _one_sign(part: str) -> str:
    """Return the condition that two names in kanji are as long and begin alike: 隆 is not 隆之."""
    return f"(left({part}_l, 1) = left({part}_r, 1) AND length({part}_l) = length({part}_r))"


def _may_read(part: str) -> str:
    """Return the condition that one side's kanji are also read as the other side reads (a slip in a kana column)."""
    return f"({overlap(f'{part}_also', f'{part}_keys')} OR {overlap(f'{part}_keys', f'{part}_also')})"


def _swapped(part: str, *, ja: bool) -> str:
    """Return the condition that two names agree crosswise; a short given name beside it is a level of its own."""
    if ja:
        return f"{_SWAPPED} OR {_SLIP_JA}"
    return f"{_SWAPPED} OR {_SLIP_INTL}" + (f" OR {_SWAPPED_SHORT}" if part == "fam" else "")


def _initial(part: str, *, ja: bool) -> str:
    """Return the condition that one side gives the first letter only: of the name, or of what a pet form stands for."""
    said = f"least(length({part}_key_l), length({part}_key_r)) = 1 AND left({part}_key_l, 1) = left({part}_key_r, 1)"
    if ja or part == "fam":
        return said
    return f"{said} OR list_contains(giv_firsts_l, giv_key_r) OR list_contains(giv_firsts_r, giv_key_l)"


def name_part(name: str, part: str, *, ja: bool) -> Comparison:
    """Return the comparison of one part of a divided name; ``part`` is the column stem ("fam", "giv")."""
    both_kanji = f"({part}_han_l AND {part}_han_r)"
    both_known = f"({part}_known_l AND {part}_known_r)"
    same_reading = f"({overlap(f'{part}_keys', f'{part}_keys')} OR {_WHOLE_READING})"
    # Two names in different kanji are one name misspelt only if both readings were typed, or the first sign is the
    # same: guessed readings meet by chance, and housemates are named in many ways.
    spelt = f"(NOT {both_kanji} OR {_SURE} OR {_one_sign(part)})" if ja else "true"
    nearly = f"NOT {both_kanji} AND {close(f'{part}_key', strict=ja)}"
    levels = [
        Level("same", f"{part}_l = {part}_r OR {_WHOLE}"),
        Level("reading", f"NOT {both_kanji} AND {same_reading}"),
        Level("spelling", f"{same_reading} AND {spelt}"),
        Level("swapped", _swapped(part, ja=ja)),
        # Only a closer look finds this: the kanji can be read so, though no table says it (closer.py).
        Level("fits", "false"),
        *([Level("order", _ORDER), Level("words", _WORDS)] if ja else []),
        Level("initial", _initial(part, ja=ja)),
        Level("close", f"{nearly} AND NOT {both_known}"),
        Level("close-known", nearly if not ja else f"{nearly} AND {_SURE}"),
    ]
    if not ja:
        if part == "giv":
            levels.insert(4, Level("nickname", f"{_NICKNAME} OR {_BEGINNING} OR {_SWAPPED_SHORT}"))
        levels.append(
            Level(
                "near",
                f"levenshtein({part}_key_l, {part}_key_r) * 2 <= "
                f"greatest(length({part}_key_l), length({part}_key_r)) AND NOT {both_known}",
            )
        )
    unread = f"NOT {both_kanji} AND (NOT ({both_known} OR {_SURE}) OR {_may_read(part)}) OR {same_reading}"
    levels += [
        Level("unsure", unread if ja else f"NOT {_SURE}"),
        # Both are known names, and none of the kanji's known readings fits what the other side typed.
        Level("misfit", f"NOT {both_kanji} AND NOT {_SURE}"),
        Level("differ", "ELSE"),
    ]
    return Comparison(name, (name, "name"), f"{part}_l IS NULL OR {part}_r IS NULL", tuple(levels))


def whole_name(*, ja: bool) -> Comparison:
    """Return the comparison of undivided names; silent where both are divided."""
    return Comparison(
        "name",
        ("name",),
        "name_key_l IS NULL OR name_key_r IS NULL OR (fam_l IS NOT NULL AND fam_r IS NOT NULL)",
        (
            Level("same", _WHOLE),
            Level("reading", f"NOT (name_han_l AND name_han_r) AND {_WHOLE_READING}"),
            Level("spelling", f"{_WHOLE_READING} AND ({_SURE} OR NOT (name_han_l AND name_han_r))"),
            Level(
                "swapped",
                f"{overlap('full_keys', 'turned_keys')} OR {overlap('turned_keys', 'full_keys')} OR {_TURNED}",
            ),
            Level("fits", "false"),
            Level("part", f"{overlap('full_keys', 'part_keys')} OR {overlap('part_keys', 'full_keys')}"),
            Level("close", f"NOT (name_han_l AND name_han_r) AND {close('full_key', strict=ja)}"),
            Level("unsure", f"NOT (name_han_l AND name_han_r) AND NOT {_SURE} OR {_WHOLE_READING}"),
            Level("misfit", "false"),
            Level("differ", "ELSE"),
        ),
    )
