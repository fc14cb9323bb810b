"""Names of the international locale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.normalise.western import parse_western

_DIVIDED = {
    "plain": ("John Smith", "smith", "john"), "comma": ("Smith, John", "smith", "john"), "capitals": ("JOHN SMITH", "smith", "john"),
    "accents": ("José Müller", "muller", "jose"), "apostrophe": ("Sinead O'Brien", "obrien", "sinead"), "curly apostrophe": ("Sinéad O’Brien", "obrien", "sinead"),
    "mac": ("Ann McDonald", "mcdonald", "ann"), "mac apart": ("Ann Mc Donald", "mcdonald", "ann"), "hyphened family": ("Ana García-López", "garcialopez", "ana"),
    "hyphened given": ("Anne-Marie Smith", "smith", "annemarie"), "initial": ("John M. Smith", "smith", "john"), "initials": ("John R R Smith", "smith", "john"),
    "middle name": ("John Michael Smith", "smith", "johnmichael"), "title": ("Dr. John Smith", "smith", "john"), "titles": ("Prof Dr John Smith", "smith", "john"),
    "junior": ("John Smith Jr.", "smith", "john"), "comma junior": ("John Smith, Jr.", "smith", "john"), "third": ("John Smith III", "smith", "john"),
    "particles": ("Ludwig van der Berg", "vanderberg", "ludwig"), "particle de": ("Maria de la Cruz", "delacruz", "maria"), "nickname": ('Robert "Bob" Smith', "smith", "robert"),
    "nickname in brackets": ("Robert (Bob) Smith", "smith", "robert"), "spaces": ("  John   Smith ", "smith", "john"), "full width": ("Ｊｏｈｎ　Ｓｍｉｔｈ", "smith", "john"),
    "family in capitals first": ("SMITH John", "smith", "john"), "family in capitals last": ("John Michael SMITH", "smith", "johnmichael"),
    "two names in capitals": ("José GARCÍA LÓPEZ", "garcialopez", "jose"), "particles in capitals": ("VAN DER BERG Jan", "vanderberg", "jan"),
    "capitals with an initial": ("John M. SMITH", "smith", "john"), "title and capitals": ("Dr. SMITH John", "smith", "john"),
    "initial at the end": ("Smith John M.", "smith", "john"), "particles and an initial at the end": ("van der Berg Jan M.", "vanderberg", "jan"),
    "comma and middle": ("Smith, John M.", "smith", "john"),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "family", "given_"), _DIVIDED.values(), ids=_DIVIDED)
def test_one_field(typed: str, family: str, given_: str) -> None:
    found = parse_western(typed, None, None)
    assert (found.family, found.given, found.split_sure) == (family, given_, True)


@pytest.mark.parametrize(("family", "given_", "parts"), [
    ("O'Brien", "Sinéad", ("obrien", "sinead")), ("de la Cruz", "Ana Maria", ("delacruz", "anamaria")), ("Smith", "J. Edgar", ("smith", "jedgar")),
    ("SMITH", "mr john", ("smith", "john")), ("James R.", "Parwell", ("james", "parwell")), ("John R R", "Smith", ("john", "smith")),
    ("O", "Sandra", ("o", "sandra")), ("O Brien", "Sinéad", ("obrien", "sinead")),
])  # fmt: skip
def test_two_fields(family: str, given_: str, parts: tuple[str, str]) -> None:
    found = parse_western(None, family, given_)
    assert (found.family, found.given) == parts


def test_a_middle_name_gives_a_second_form() -> None:
    assert parse_western("John Michael Smith", None, None).given_typed == ("johnmichael", "john")


@pytest.mark.parametrize(("one", "other"), [("Jörg Müller", "Joerg Mueller"), ("Götz, Anna", "GOETZ Anna")])
def test_an_umlaut_meets_its_two_spellings(one: str, other: str) -> None:
    first, second = parse_western(one, None, None), parse_western(other, None, None)
    assert set(first.full_typed) & set(second.full_typed)


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("John Smith Jr.", "jr"), ("Smith Jr., John", "jr"), ("John Smith Junior", "jr"), ("Brown Sr. Matthew", "sr"),
     ("John Smith III", "iii"), ("John Smith", None), ("Jr", None), ("Smith, John", None), ("Ivy Smith", None)],
)  # fmt: skip
def test_a_mark_of_generation_is_kept_beside_the_name(typed: str, mark: str | None) -> None:
    found = parse_western(typed, None, None)
    assert found.generation == mark
    if mark and found.family:
        assert mark not in (found.family, found.given)


def test_nicknames_are_not_merged() -> None:
    assert parse_western("Bob Smith", None, None).given != parse_western("Robert Smith", None, None).given


@pytest.mark.parametrize("typed", ["Smith", "O'Brien", "(none)", "Jr"])
def test_one_word_stays_whole(typed: str) -> None:
    found = parse_western(typed, None, None)
    assert (found.family, found.split_sure) == (None, False)
    assert found.key


_ANY = st.none() | st.text(max_size=15) | st.sampled_from(["Smith", "Mr", "Jr", ",", "van", "José", "-", "'"])


_WORDS = st.lists(
    st.sampled_from(
        ["John", "Smith", "van", "der", "Mr", "Jr", "III", "O'Brien", "García-López", "M.", "J", "SMITH", "de", "la", ",", "(Bob)", "José",
         "Müller", "St.", "y", "PhD"]
    ),
    max_size=6,
).map(" ".join)  # fmt: skip


@given(_ANY | _WORDS, _ANY | _WORDS, _ANY | _WORDS)
def test_what_was_read_reads_as_itself(full: str | None, family: str | None, given_: str | None) -> None:
    found = parse_western(full, family, given_)
    fields = (None, found.family, found.given) if found.family else (found.key, None, None)
    again = parse_western(*fields)
    assert (again.family, again.given, again.key) == (found.family, found.given, found.key)


@given(_ANY, _ANY, _ANY)
def test_never_raises_and_never_empties(full: str | None, family: str | None, given_: str | None) -> None:
    found = parse_western(full, family, given_)
    if any(mark.isalnum() for part in (full, family, given_) for mark in part or ""):
        assert found.key
