"""Katakana in Latin letters, as four sorts of people write them."""

from __future__ import annotations

_ROWS = (
    ("アイウエオ", "a i u e o"), ("カキクケコ", "ka ki ku ke ko"), ("サシスセソ", "sa shi su se so"),
    ("タチツテト", "ta chi tsu te to"), ("ナニヌネノ", "na ni nu ne no"), ("ハヒフヘホ", "ha hi fu he ho"),
    ("マミムメモ", "ma mi mu me mo"), ("ヤユヨ", "ya yu yo"), ("ラリルレロ", "ra ri ru re ro"), ("ワヲン", "wa o n"),
    ("ガギグゲゴ", "ga gi gu ge go"), ("ザジズゼゾ", "za ji zu ze zo"), ("ダヂヅデド", "da ji zu de do"),
    ("バビブベボ", "ba bi bu be bo"), ("パピプペポ", "pa pi pu pe po"), ("ェィァォ", "e i a o"),
)  # fmt: skip
_SIGNS = {sign: sound for signs, sounds in _ROWS for sign, sound in zip(signs, sounds.split(), strict=True)}
_STATE = (
    ("shi", "si"),
    ("chi", "ti"),
    ("tsu", "tu"),
    ("fu", "hu"),
    ("ji", "zi"),
    ("sh", "sy"),
    ("ch", "ty"),
    ("j", "zy"),
)
#: What a habit (0..3) is: passport, long vowels typed out, the state's spelling, a passport with OH.
HABITS = 4


def latin(kana: str, habit: int) -> str:
    """Return katakana in small Latin letters.

    Args:
        kana: katakana without gaps.
        habit: one of `HABITS`.
    """
    out = ""
    for place, sign in enumerate(kana):
        if sign in "ャュョ":
            vowel = {"ャ": "a", "ュ": "u", "ョ": "o"}[sign]
            out = out[:-1] + (vowel if out.endswith(("shi", "chi", "ji")) else "y" + vowel)
        elif sign == "ッ":
            after = _SIGNS.get(kana[place + 1 : place + 2], "t")
            out += "t" if after[0] == "c" else after[0]
        elif sign == "ー":
            out += out[-1:] if habit == 1 else ""
        elif (
            sign == "ン" and habit in (0, 3) and kana[place + 1 : place + 2] in tuple("バビブベボパピプペポマミムメモ")
        ):
            out += "m"
        else:
            out += _SIGNS.get(sign, "")
    if habit == 2:
        for state, other in _STATE:
            out = out.replace(state, other)
    if habit != 1:
        long = "oh" if habit == 3 else "o"
        out = out.replace("ou", long).replace("oo", long).replace("uu", "u")
    return out
