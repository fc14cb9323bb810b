"""What DuckDB normalises itself is what the functions for one value give; what it cannot, it leaves."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soken.normalise.mail import normalise_mail
from soken.normalise.phone import normalise_phone
from soken.normalise.plain_forms import PlainForm, plain_mails, plain_phones


def asked(form: PlainForm, texts: list[str]) -> list[tuple[str, tuple[object, ...]]]:
    """Return the texts that DuckDB takes on, with what it gives for them."""
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT typed, {form.keys} FROM (SELECT unnest($texts::VARCHAR[]) AS typed) WHERE {form.where}",
            {"texts": texts},
        ).fetchall()
    return [(text, tuple(values)) for text, *values in rows]


_MAIL = st.lists(
    st.sampled_from(
        ["a", "Z", "9", ".", "..", "_", "+", "-", "@", "@", "example.com", "GMAIL.COM", "gmail.com", "docomo.example",
         "mailto:", "mail", "<", ">", " ", "　", "，", ",", ";", "ａ", "＠", "İ", "ß", "。", "\n", "\x1f"]
    ),
    max_size=8,
).map("".join)  # fmt: skip
_PHONE = st.lists(
    st.sampled_from(
        ["0", "090", "03", "0120", "0800", "1234", "5678", "5671", "98765432", "0000", "1111111", "-", "ー", "－", "+81", "0081", "81",
         "(0)", " ", "/", "x", "内線", "０", "\n"]
    ),
    max_size=8,
).map("".join) | st.from_regex(r"0[0-9]{9,10}", fullmatch=True)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(_MAIL, min_size=1, max_size=60))
@example(
    ["a.b+c@gmail.com", "A@Example.COM", "a@b", "a@@b.example", "a@b.example.", "a@b.example\n", "ab..c@d.example"]
)
def test_mails(texts: list[str]) -> None:
    for text, values in asked(plain_mails("typed"), texts):
        found = normalise_mail(text)
        assert values == (found.key, found.local, found.domain, found.sure), text


@settings(max_examples=60, deadline=None)
@given(st.lists(_PHONE, min_size=1, max_size=60))
@example(
    ["090-0000-0000", "0123456789", "0987654321", "01234567890", "03-1234-5671", "0800-123-4567", "0081-90-1234-5671"]
)
def test_phones(texts: list[str]) -> None:
    form = plain_phones("typed", "JP")
    assert form is not None
    for text, (key,) in asked(form, texts):
        assert key == normalise_phone(text, "JP").key, text


@pytest.mark.parametrize("text", ["taro@example.com", "Taro_Yamada@mail.Example.co.jp", "a..b.@docomo.example"])
def test_usual_mails_are_taken_on(text: str) -> None:
    assert asked(plain_mails("typed"), [text])


@pytest.mark.parametrize("text", ["09012345671", "090-1234-5671", "03-5321-1112", "0120-444-444"])
def test_usual_phones_are_taken_on(text: str) -> None:
    form = plain_phones("typed", "JP")
    assert form is not None
    assert asked(form, [text])


def test_other_countries_are_left_to_the_library() -> None:
    assert plain_phones("typed", "AU") is None
