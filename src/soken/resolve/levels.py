"""The comparisons: what two records are compared on, level by level, as SQL conditions.

One place for both locales and (from issue 6 on) both engines: conditions use only equality, ``list_has_any`` and
Levenshtein distances on ASCII keys, which DuckDB and Spark compute alike; Japanese text is only ever compared whole,
because DuckDB's string distances count UTF-8 bytes.

The first level whose condition holds is the pair's level. Which level weighs what is data: ``weights.toml``.
"""

from __future__ import annotations

from soken.resolve.comparison import Comparison, Level
from soken.resolve.name_levels import name_part, whole_name


def _either(stem: str) -> str:
    """Return the condition that one of two columns agrees crosswise (main and second mail, phone)."""
    return " OR ".join(f"{stem}{a}_l = {stem}{b}_r" for a in "12" for b in "12")


# Distances are dear (10 s of a million pairs' 14): they are only taken where length and one end nearly agree.
_SAME_HOST = (
    "mail_host_l = mail_host_r AND mail_ascii_l AND mail_ascii_r "
    "AND abs(length(mail_local_l) - length(mail_local_r)) <= 2 "
    "AND (left(mail_local_l, 2) = left(mail_local_r, 2) OR right(mail_local_l, 2) = right(mail_local_r, 2))"
)

#: The mail's part before the @ holds the family or the given name.
_NAMED = " OR ".join(f"length({part}_key_l) >= 3 AND contains(mail_local_l, {part}_key_l)" for part in ("fam", "giv"))

#: Letters of a mailbox's name that namesakes have in common.
_SURNAME = "CASE WHEN coalesce(contains(mail_local_l, fam_key_l), false) THEN length(fam_key_l) ELSE 0 END"

#: One name, other figures: the mailbox company's way to tell namesakes apart.
_NUMBERED = "mail_host_l = mail_host_r AND mail_letters_l = mail_letters_r AND mail_digits_l <> mail_digits_r"

_EMAIL = Comparison(
    "email",
    ("email",),
    "mail1_l IS NULL OR mail1_r IS NULL",
    (
        Level("same", _either("mail")),
        # What stands behind a plus is a label that the mailbox's holder chose.
        Level("tag", "mail_host_l = mail_host_r AND mail_box_l = mail_box_r AND length(mail_box_l) >= 3"),
        # Namesakes call their mailboxes after the name they share; only what the name does not say tells them apart.
        Level("own-name", f"(mail_local_l = mail_local_r AND length(mail_digits_l) < 2 OR {_NUMBERED}) AND ({_NAMED})"),
        Level("local", "mail_local_l = mail_local_r AND length(mail_local_l) >= 6"),
        Level("close", f"{_SAME_HOST} AND damerau_levenshtein(mail_local_l, mail_local_r) <= 1 "
                       "AND least(length(mail_local_l), length(mail_local_r)) >= 4"),
        Level("near", f"{_SAME_HOST} AND damerau_levenshtein(mail_local_l, mail_local_r) <= 2 "
                      f"AND least(length(mail_local_l), length(mail_local_r)) - {_SURNAME} >= 8"),
        Level("differ", "ELSE"),
    ),
)  # fmt: skip

_PHONE = Comparison(
    "phone",
    ("phone",),
    "phone1_l IS NULL OR phone1_r IS NULL",
    (
        Level("same", _either("phone")),
        Level(
            "close",
            # What both begin or end with is no slip; a distance takes the square of what is left.
            "left(phone1_l, 7) = left(phone1_r, 7) "
            "AND damerau_levenshtein(substr(phone1_l, 8), substr(phone1_r, 8)) <= 1 "
            "OR right(phone1_l, 5) = right(phone1_r, 5) AND damerau_levenshtein("
            "left(phone1_l, length(phone1_l) - 5), left(phone1_r, length(phone1_r) - 5)) <= 1",
        ),
        # Most people have a landline and a mobile: giving now the one and now the other says nothing.
        Level("other-kind", "phone_mobile_l <> phone_mobile_r"),
        Level("differ", "ELSE"),
    ),
)

_PLACE = "(postal_l = postal_r OR muni_l = muni_r)"
_TOWN = "(muni_l = muni_r AND town_l = town_r)"

_HERE = f"(street_l = street_r AND ({_TOWN} OR postal_l = postal_r))"

#: A room beside another room, a building beside another; コーポ緑 and 205 may be one flat.
_ROOM = "'[0-9a-z-]+'"
_OTHER_FLAT = (
    f"(building_l <> building_r AND regexp_full_match(building_l, {_ROOM}) = regexp_full_match(building_r, {_ROOM}))"
)

_ADDRESS_JA = Comparison(
    "address",
    ("address", "postal_code"),
    "(addr_l IS NULL OR addr_r IS NULL) AND (postal_l IS NULL OR postal_r IS NULL)",
    (
        Level("building", f"{_OTHER_FLAT} AND (addr_l = addr_r OR {_HERE})"),
        Level("same", "addr_l = addr_r AND (street_l IS NOT NULL OR regexp_matches(addr_l, '[0-9]'))"),
        Level("street", _HERE),
        Level("close", f"damerau_levenshtein(street_l, street_r) <= 1 AND length(street_l) >= 3 "
                       f"AND ({_TOWN} OR postal_l = postal_r)"),
        Level("town", f"{_TOWN} OR postal_l = postal_r"),
        Level("municipality", "muni_l = muni_r"),
        Level("prefecture", "pref_l = pref_r"),
        Level("differ", "ELSE"),
    ),
)  # fmt: skip

_SHARED_WORDS = "len(list_intersect(addr_words_l, addr_words_r))"

_ADDRESS_INTL = Comparison(
    "address",
    ("address", "postal_code"),
    "(addr_l IS NULL OR addr_r IS NULL) AND (postal_l IS NULL OR postal_r IS NULL)",
    (
        Level("building", f"building_l <> building_r AND (addr_l = addr_r OR street_l = street_r AND {_PLACE})"),
        Level("same", "addr_l = addr_r AND street_l IS NOT NULL"),
        Level("street", f"street_l = street_r AND {_PLACE}"),
        Level("close", "addr_ascii_l AND addr_ascii_r AND street_l IS NOT NULL AND street_r IS NOT NULL "
                       "AND levenshtein(addr_l, addr_r) * 5 <= least(length(addr_l), length(addr_r))"),
        # Lines in another order, a line left out: at least three of four words of the shorter one are shared.
        Level("words", f"street_l IS NOT NULL AND street_r IS NOT NULL AND {_SHARED_WORDS} >= 3 "
                       f"AND {_SHARED_WORDS} * 4 >= 3 * least(len(addr_words_l), len(addr_words_r))"),
        Level("near", "addr_ascii_l AND addr_ascii_r AND (street_l = street_r OR "
                      "levenshtein(street_l, street_r) * 5 <= least(length(street_l), length(street_r)))"),
        Level("place", "postal_l = postal_r AND muni_l = muni_r"),
        Level("town", _PLACE),
        Level("prefecture", "pref_l = pref_r"),
        Level("differ", "ELSE"),
    ),
)  # fmt: skip

_BIRTH = Comparison(
    "birth",
    ("birth",),
    "birth_l IS NULL OR birth_r IS NULL",
    (
        Level("same", "birth_l = birth_r"),
        Level("close", "damerau_levenshtein(birth_l, birth_r) <= 1 OR (left(birth_l, 4) = left(birth_r, 4) "
                       "AND substr(birth_l, 6, 2) = substr(birth_r, 9, 2) "
                       "AND substr(birth_l, 9, 2) = substr(birth_r, 6, 2))"),
        Level("near", "levenshtein(birth_l, birth_r) <= 2 OR right(birth_l, 5) = right(birth_r, 5)"),
        Level("unsure", "NOT (birth_sure_l AND birth_sure_r)"),
        Level("differ", "ELSE"),
    ),
)  # fmt: skip

_ID = Comparison(
    "id_number",
    ("id_number",),
    "idn_l IS NULL OR idn_r IS NULL",
    (
        Level("same", "idn_l = idn_r"),
        Level("close", "idn_ascii_l AND idn_ascii_r AND damerau_levenshtein(idn_l, idn_r) <= 1 AND length(idn_l) >= 5"),
        Level("near", "idn_ascii_l AND idn_ascii_r AND damerau_levenshtein(idn_l, idn_r) <= 3 AND length(idn_l) >= 7"),
        Level("differ", "ELSE"),
    ),
)


def _equal(name: str, column: str) -> Comparison:
    """Return a comparison that only equality speaks for and nothing against (an account, a payment card)."""
    return Comparison(
        name,
        (name,),
        f"{column}_l IS NULL OR {column}_r IS NULL OR {column}_l <> {column}_r",
        (Level("same", f"{column}_l = {column}_r"), Level("differ", "ELSE")),
    )


_LOGIN = Comparison(
    "login",
    ("login",),
    "login_l IS NULL OR login_r IS NULL OR login_l <> login_r",
    (
        # Four digits that are no year are nobody else's; "yuki" and "sora_san82" are.
        Level("same", "login_l = login_r AND regexp_matches(login_l, '[0-9]{4}') "
                      "AND NOT regexp_matches(login_l, '(19|20)[0-9]{2}|1234')"),
        Level("worn", "login_l = login_r AND length(login_l) >= 7"),
        Level("plain", "login_l = login_r"),
        Level("differ", "ELSE"),
    ),
)  # fmt: skip

_SEX = Comparison(
    "sex", ("sex",), "sex_l IS NULL OR sex_r IS NULL", (Level("same", "sex_l = sex_r"), Level("differ", "ELSE"))
)

_COMMON = (
    _BIRTH, _SEX, _ID, _equal("account", "account"), _LOGIN, _equal("company", "company"), _equal("card", "card"),
    _equal("device", "device"),
)  # fmt: skip

#: The comparisons of each locale, in the order in which reasons are shown.
COMPARISONS: dict[str, tuple[Comparison, ...]] = {
    "ja": (
        whole_name(ja=True),
        name_part("family", "fam", ja=True),
        name_part("given", "giv", ja=True),
        _EMAIL,
        _PHONE,
        _ADDRESS_JA,
        *_COMMON,
    ),
    "intl": (
        whole_name(ja=False),
        name_part("family", "fam", ja=False),
        name_part("given", "giv", ja=False),
        _EMAIL,
        _PHONE,
        _ADDRESS_INTL,
        *_COMMON,
    ),
}
