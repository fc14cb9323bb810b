"""Two spellings of one mailbox share a key, two mailboxes never do, and nothing typed is thrown away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soken.normalise.mail import normalise_mail

_KEYS = {
    "plain": ("taro@example.com", "taro@example.com"),
    "upper case": ("Taro@EXAMPLE.COM", "taro@example.com"),
    "full width": ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "taro@example.com"),
    "spaces around": ("  taro@example.com\t", "taro@example.com"),
    "space inside": ("taro @example.com", "taro@example.com"),
    "mailto": ("mailto:taro@example.com", "taro@example.com"),
    "with a name": ("Yamada Taro <taro@example.com>", "taro@example.com"),
    "with a japanese name": ("山田太郎＜taro@example.com＞", "taro@example.com"),
    "trailing semicolon": ("taro@example.com;", "taro@example.com"),
    "trailing dot": ("taro@example.com.", "taro@example.com"),
    "ideographic full stop": ("taro@example。com", "taro@example.com"),
    "carrier double dot": ("ta..ro@docomo.ne.jp", "ta..ro@docomo.ne.jp"),
    "carrier dot before at": ("taro.@ezweb.ne.jp", "taro.@ezweb.ne.jp"),
    "carrier leading dot": (".taro@docomo.ne.jp", ".taro@docomo.ne.jp"),
    "underscore kept": ("ta_ro@example.com", "ta_ro@example.com"),
    "underscores at the ends kept": ("_taro_@example.com", "_taro_@example.com"),
    "dots kept elsewhere": ("t.aro@example.com", "t.aro@example.com"),
    "plus kept elsewhere": ("taro+shop@example.com", "taro+shop@example.com"),
    "hyphen kept": ("ta-ro@yahoo.co.jp", "ta-ro@yahoo.co.jp"),
    "gmail dots": ("t.a.r.o.invented@gmail.com", "taroinvented@gmail.com"),
    "gmail plus": ("taroinvented+shop@gmail.com", "taroinvented@gmail.com"),
    "gmail underscore kept": ("taro_invented@gmail.com", "taro_invented@gmail.com"),
    "googlemail": ("taro.invented@googlemail.com", "taroinvented@gmail.com"),
    "outlook plus": ("taro.invented+x@outlook.com", "taro.invented@outlook.com"),
    "only a tag": ("+x@gmail.com", "+x@gmail.com"),
    "role address": ("info@example.com", "info@example.com"),
    "subdomain": ("taro@mail.example.jp", "taro@mail.example.jp"),
    "no at": ("taro.example.com", None),
    "none": ("なし", None),
    "hyphen for nothing": ("-", None),
    "nothing": ("", None),
    "at alone": ("@", None),
}


@pytest.mark.parametrize(("typed", "key"), _KEYS.values(), ids=_KEYS)
def test_key(typed: str, key: str | None) -> None:
    assert normalise_mail(typed).key == key


@pytest.mark.parametrize(
    ("typed", "flag"),
    [("taro@gmail,com", "bad-domain"), ("taro@@example.com", "two-at"), ("taro@localhost", "bad-domain"), ("@example.com", "no-local"),
     ("taro@", "bad-domain"), ("a@b@example.com", "two-at"), ("taro@example..com", "bad-domain")],
)  # fmt: skip
def test_what_cannot_be_an_address_keeps_its_text_and_is_marked(typed: str, flag: str) -> None:
    found = normalise_mail(typed)
    assert (found.key, found.sure, found.flag) == (typed, False, flag)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ta_ro@example.com", "taro@example.com"), ("t.aro@example.com", "taro@example.com"), ("taro+a@example.com", "taro@example.com"),
     ("taro@example.co.jp", "taro@example.ne.jp"), ("ta-ro@example.com", "taro@example.com"), ("taro_x@gmail.com", "tarox@gmail.com"),
     ("t.aro@docomo.ne.jp", "taro@docomo.ne.jp")],
)  # fmt: skip
def test_strangers_never_share_a_key(one: str, other: str) -> None:
    assert normalise_mail(one).key != normalise_mail(other).key


@given(st.text() | st.emails())
def test_idempotent_and_never_empty_with_an_at(text: str) -> None:
    found = normalise_mail(text)
    if found.key is None:
        assert found.flag
        return
    assert normalise_mail(found.key).key == found.key
