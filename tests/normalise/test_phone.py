"""One number, one key, however typed; junk that strangers share has none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.normalise.phone import normalise_phone
from soken.normalise.width import fold_width

_MOBILE = "+819012345671"
_SAME = {
    "hyphens": "090-1234-5671", "bare": "09012345671", "full width": "０９０−１２３４−５６７１", "long marks": "０９０ー１２３４ー５６７１",
    "spaces": "090 1234 5671", "brackets": "090(1234)5671", "dots": "090.1234.5671", "plus 81": "+81-90-1234-5671",
    "plus 81 and zero": "+81 (0)90-1234-5671", "plus 81 zero bare": "+8109012345671", "0081": "0081-90-1234-5671",
    "81 without plus": "819012345671", "with word": "携帯 090-1234-5671", "second number": "090-1234-5671 / 03-1234-5678",
    "japanese extension": "090-1234-5671 内線12", "extension": "090-1234-5671 ext. 5", "en dashes": "090–1234–5671",
    "full-width plus": "＋８１９０１２３４５６７１", "trailing text": "090-1234-5671(自宅)", "ideographic spaces": "090　1234　5671",
}  # fmt: skip


@pytest.mark.parametrize("typed", _SAME.values(), ids=_SAME)
def test_spellings_of_one_number(typed: str) -> None:
    found = normalise_phone(typed)
    assert (found.key, found.sure) == (_MOBILE, True)


_OTHERS = {
    "landline": ("03-1234-5671", "+81312345671"), "area of four": ("0466-12-3456", "+81466123456"), "free call": ("0120-123-451", "+81120123451"),
    "ip phone": ("050-1234-5671", "+815012345671"), "free call 0800": ("0800-123-4561", "+818001234561"), "pager range": ("020-1234-5671", "+812012345671"),
    "abroad": ("+44 20 7946 0958", "+442079460958"), "mobile lost its zero": ("9012345671", _MOBILE), "landline lost its zero": ("312345671", "+81312345671"),
    "range not given out": ("090-0123-4567", "+819001234567"),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "key"), _OTHERS.values(), ids=_OTHERS)
def test_other_numbers(typed: str, key: str) -> None:
    assert normalise_phone(typed).key == key


@pytest.mark.parametrize(
    ("typed", "flag"),
    [("0000000000", "junk"), ("090-0000-0000", "junk"), ("1234567890", "junk"), ("0123456789", "junk"), ("99999999999", "junk"),
     ("090-9999-9999", "junk"), ("03-0000-0000", "junk"), ("9876543210", "junk"), ("111111", "junk"), ("12345", "too-short"),
     ("なし", "no-digits"), ("", "no-digits"), ("-", "no-digits"), ("23457823457823457823457", "too-long")],
)  # fmt: skip
def test_what_strangers_share_has_no_key(typed: str, flag: str) -> None:
    found = normalise_phone(typed)
    assert (found.key, found.flag) == (None, flag)


def test_a_lost_zero_is_put_back_and_said() -> None:
    assert normalise_phone("9012345671").flag == "zero-lost"


def test_a_number_of_no_plan_keeps_its_digits() -> None:
    found = normalise_phone("090-1234-56")
    assert (found.key, found.sure, found.flag) == ("090123456", False, "no-plan")


@pytest.mark.parametrize(
    ("typed", "region", "key"),
    [("0412 345 671", "AU", "+61412345671"), ("(02) 9876 5432", "AU", "+61298765432"), ("(650) 253-0000 x12", "US", "+16502530000"),
     ("020 7946 0958", "GB", "+442079460958"), ("650.253.0000", "US", "+16502530000"), ("02 9876 5432", "ZZ", "0298765432"),
     ("+81 90 1234 5671", "US", _MOBILE)],
)  # fmt: skip
def test_other_countries(typed: str, region: str, key: str) -> None:
    assert normalise_phone(typed, region).key == key


@given(st.text() | st.text("0123456789-+() ", max_size=20))
def test_idempotent_and_never_raises(text: str) -> None:
    found = normalise_phone(text)
    if found.key is not None and found.key.startswith("+"):
        assert normalise_phone(found.key).key == found.key


_DIALLED = st.lists(
    st.sampled_from(["090", "-", "1234", "5671", "+81", "+", "81", "0", "(", ")", "/", "内線", "12", "０", "x", "ext.", "03", "0120", " ", "or"]),
    max_size=8,
).map("".join)  # fmt: skip


@given(st.text() | st.text("0123456789-+() ", max_size=20) | _DIALLED, st.sampled_from(["JP", "US", "AU", "ZZ"]))
def test_no_number_is_emptied_silently_and_no_digit_is_made_up(text: str, region: str) -> None:
    found = normalise_phone(text, region)
    if found.key is None:
        assert (found.flag in {"junk", "too-short", "too-long", "no-digits"}, found.sure) == (True, False)
    elif not found.key.startswith("+"):
        assert (found.sure, found.flag) == (False, "no-plan")
        assert found.key in re.sub(r"\D", "", fold_width(text)), "digits of no plan stay as typed"
    if found.flag == "no-digits":
        assert not any(mark.isdigit() for mark in fold_width(text))
