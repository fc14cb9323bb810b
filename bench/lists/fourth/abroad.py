"""People from abroad who live in Japan: the several ways in which one name is written, and whom they live with."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.lists.fourth.people import Habits, World
from bench.lists.fourth.words import DATA, SURNAMES
from bench.lists.romaji import spell
from bench.lists.second.person import ALWAYS
from bench.lists.second.words import Word

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import date

    from bench.lists.second.person import Home, Person

_WORDS: dict[str, str] = DATA["residents"]
_HABITS = Habits(moves=0.12, mails=0.05, mobiles=0.09, throwaway=0.02, shared_mail=0.12)
#: How clerks and customers write a nationality; '' for those of whom it is not asked.
NATIONS = {
    "vietnam": ("ベトナム", "Vietnam", "VN", "ベトナム社会主義共和国"),
    "china": ("中国", "China", "CN", "中華人民共和国"),
    "korea": ("韓国", "Korea", "KR", "大韓民国"),
    "old-korea": ("韓国", "特別永住", "Korea", "韓国・朝鮮"),
    "brazil": ("ブラジル", "Brasil", "BR", "Brazil"),
    "nepal": ("ネパール", "Nepal", "NP"),
    "philippines": ("フィリピン", "Philippines", "PH"),
    "japan": ("日本", "Japan", "JP", ""),
}
_SHARES = (30, 20, 9, 5, 12, 8, 9, 7)  # of NATIONS
_NUMBERED_MAIL = 0.35  # share of Chinese addresses that are a number


@dataclass(frozen=True, slots=True)
class Names:
    """One name as its bearer and others write it.

    Attributes:
        nation: of NATIONS.
        written: the form of the residence card first.
        kana: what stands in a field for the reading.
        latin: given and family name for a mail address.
        usual: which of `written` the bearer mostly uses.
    """

    nation: str
    written: tuple[str, ...]
    kana: tuple[str, ...]
    latin: tuple[str, str]
    usual: int


class Community(World):
    """Grows people from abroad, and some Japanese among them."""

    def __init__(self, rng: random.Random, span: tuple[date, date]) -> None:
        """Begin; see `World`."""
        super().__init__(rng, span, _HABITS)
        self.names: dict[str, Names] = {}
        #: Who gives the telephone of the house or of those who run it.
        self.by_house: set[str] = set()

    def _household(self) -> None:
        nation = self.rng.choices(list(NATIONS), _SHARES)[0]
        kind = self.rng.choices(("one", "house", "couple", "siblings"), (80, 6, 9, 5))[0]
        female, born = self.chance(0.42), self.born(19, 60 if nation in ("old-korea", "brazil", "japan") else 42)
        if kind == "house" and nation not in ("old-korea", "japan"):
            self._house(nation)
            return
        home = self.home()
        one = self.resident(nation, home, female=female, born=born)
        if kind == "couple":
            same = nation if self.chance(0.8) else "japan"
            self._together([one, self.resident(same, home, female=not female, born=self.older(born, -5, 5))])
        elif kind == "siblings" and one.key in self.names:
            other = self.resident(nation, home, female=female, born=self.older(born, 1, 6), family_of=one)
            self._together([one, other])

    def _house(self, nation: str) -> None:
        """Trainees or students of one country under one roof, some rooms shared, no two of one given name."""
        house, tag = self.dormitory(), f"dormitory-{len(self.people)}"
        trainees, told = self.chance(0.5), set[str]()
        for _ in range(self.rng.randrange(4, 12)):
            one = self.resident(
                nation,
                self.room(house) if self.chance(0.7) else house,
                female=self.chance(0.35),
                born=self.born(19, 32),
            )
            if one.given.kana in told:
                self.people.remove(one)
                continue
            told.add(one.given.kana)
            one.near.add(tag)
            if trainees and self.chance(0.3):
                self.by_house.add(one.key)

    def resident(self, nation: str, home: Home, *, female: bool, born: date, family_of: Person | None = None) -> Person:
        """Make somebody of a nation, if so of the family of another."""
        if nation == "japan":
            return self.person(SURNAMES.draw(self.rng), home, female=female, born=born)
        family = self.names[family_of.key].kana[0].split(" ")[0] if family_of else ""
        names = _MAKERS[nation](self.rng, female)
        while family and names.kana[0].split(" ")[0] != family:
            names = _MAKERS[nation](self.rng, female)
        first, _, rest = names.kana[0].partition(" ")
        one = self.person(Word(first, first), home, female=female, born=born, given=Word(rest, rest), latin=names.latin)
        if nation == "china" and self.chance(_NUMBERED_MAIL):
            one.mails[0] = (ALWAYS, f"{self.rng.randrange(10**8, 3 * 10**9)}@qmail.example")
        self.names[one.key] = names
        return one

    def _tag(self, kind: str, one: Person, other: Person) -> None:
        super()._tag(kind, one, other)
        if kind == "namesake" and other.key in self.names:
            self.names[one.key] = self.names[other.key]

    def _near_mail(self) -> None:
        """Leave it: what stands in these addresses is too various to look like another's by chance."""
        self._reused_number()


def plain(text: str) -> str:
    """Write Latin letters without marks."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return bare.replace("đ", "d").replace("Đ", "D")


def _entries(name: str) -> list[list[str]]:
    return [[part.replace("~", " ") for part in entry.split("/")] for entry in _WORDS[name].split()]


def _pick(name: str, rng: random.Random) -> list[str]:
    """Draw an entry, by weight where the last part is a number."""
    entries = _entries(name)
    return rng.choices(entries, [float(entry[-1]) if entry[-1].isdigit() else 1 for entry in entries])[0]


def _sex(nation: str, female: bool) -> str:
    return f"{nation}_{'female' if female else 'male'}"


def _mail_parts(given: str, family: str) -> tuple[str, str]:
    """Return both names as they may stand in a mail address."""
    given, family = ("".join(sign for sign in plain(part).lower() if sign.isalnum()) for part in (given, family))
    return given, family


def _vietnamese(rng: random.Random, female: bool) -> Names:
    family, middle = _pick("vietnam_family", rng), _pick(_sex("vietnam", female), rng)
    last = _pick(f"{_sex('vietnam', female)}_last", rng)
    own = f"{family[0]} {middle[0]} {last[0]}"
    kana = f"{family[1]} {middle[1]} {last[1]}"
    bare = plain(own)
    western = f"{plain(last[0])} {plain(family[0])}"
    heard = kana.replace("ティ", "チ").replace("グエン", "グェン").replace("ー", "")
    return Names(
        "vietnam",
        (bare.upper(), bare, own, western, f"{plain(middle[0])} {western}"),
        (kana, heard, kana.upper()),
        _mail_parts(last[0], family[0]),
        rng.choices(range(5), (40, 20, 20, 12, 8))[0],
    )


def _chinese(rng: random.Random, female: bool) -> Names:
    del female  # most signs serve for both
    family, signs = _pick("china_family", rng), rng.sample(_entries("china_last"), rng.choices((1, 2), (35, 65))[0])
    given = ["".join(sign[place] for sign in signs) for place in range(5)]
    return Names(
        "china",
        (
            f"{family[2]} {given[2]}".upper(),
            family[0] + given[0],
            family[1] + given[1],
            f"{family[1]} {given[1]}",
            f"{given[2]} {family[2]}".title(),
        ),
        (f"{family[4]} {given[4]}", f"{family[3]} {given[3]}"),
        (given[2], family[2]),
        rng.choices(range(5), (25, 20, 30, 15, 10))[0],
    )


def _korean(rng: random.Random, female: bool) -> Names:
    family, signs = _pick("korea_family", rng), rng.sample(_entries(_sex("korea", female)), 2)
    last = family[2].split(",")
    spelled = [rng.choice(sign[2].split(",")) for sign in signs]
    others = [sign[2].split(",")[-1] for sign in signs]
    kana = "".join(sign[3] for sign in signs)
    hanja = "".join(sign[1] for sign in signs)
    joined = "".join(spelled)
    usual_last = rng.choice(last)
    return Names(
        "korea",
        (
            f"{usual_last} {joined}",
            f"{usual_last} {' '.join(spelled)}",
            f"{'-'.join(spelled).capitalize()} {usual_last.capitalize()}",
            family[0] + "".join(sign[0] for sign in signs),
            f"{family[1]} {hanja}",
            f"{last[0]} {''.join(others)}",
        ),
        (f"{family[3]} {kana}", f"{family[3]}　{kana}"),
        (joined.lower(), usual_last.lower()),
        rng.choices(range(6), (30, 20, 15, 12, 18, 5))[0],
    )


def _old_korean(rng: random.Random, female: bool) -> Names:
    """Born in Japan, with a Japanese name in daily life beside the one in the papers."""
    entries = _WORDS["japanese_names"].split()
    place = rng.randrange(len(entries) // 2)
    own, (written, kana) = entries[2 * place], entries[2 * place + 1].split("/")
    own_kana = next(entry[3] for entry in _entries("korea_family") if entry[1] == own)
    own_latin = next(entry[2].split(",")[0] for entry in _entries("korea_family") if entry[1] == own)
    first = rng.choice(("秀 ヒデ", "正 マサ", "光 ミツ", "英 ヒデ", "明 アキ", "哲 テツ", "和 カズ", "貞 サダ")).split()
    second = rng.choice(
        ("子 コ", "美 ミ", "代 ヨ", "恵 エ") if female else ("一 カズ", "夫 オ", "男 オ", "雄 オ", "樹 キ")
    ).split()
    given, given_kana = first[0] + second[0], first[1] + second[1]
    return Names(
        "old-korea",
        (
            f"{own} {given}",
            f"{written} {given}",
            written + given,
            f"{spell(given_kana, 'passport')} {spell(kana, 'passport')}".title(),
            f"{own_latin} {spell(given_kana, 'passport').upper()}",
        ),
        (f"{kana} {given_kana}", f"{own_kana} {given_kana}"),
        (spell(given_kana, "passport"), spell(kana, "passport")),
        rng.choices(range(5), (12, 50, 25, 8, 5))[0],
    )


def _brazilian(rng: random.Random, female: bool) -> Names:
    firsts = rng.sample(_entries(_sex("brazil", female)), rng.choice((1, 2, 2)))
    lasts = [_pick("brazil_nikkei" if rng.random() < 0.6 else "brazil_family", rng), _pick("brazil_family", rng)]
    first, last = (" ".join(part[0] for part in parts) for parts in (firsts, lasts))
    first_kana, last_kana = (" ".join(part[1] for part in parts) for parts in (firsts, lasts))
    short = f"{firsts[0][0]} {lasts[0][0]}"
    initials = f"{firsts[0][0]} {' '.join(part[0][0] + '.' for part in firsts[1:])} {last}".replace("  ", " ")
    return Names(
        "brazil",
        (plain(f"{last} {first}").upper(), f"{first} {last}", plain(f"{first} {last}"), plain(short), plain(initials)),
        (f"{last_kana} {first_kana}", f"{first_kana} {last_kana}", f"{lasts[0][1]} {firsts[0][1]}"),
        _mail_parts(firsts[0][0], lasts[0][0]),
        rng.choices(range(5), (35, 15, 22, 20, 8))[0],
    )


def _nepali(rng: random.Random, female: bool) -> Names:
    family, given = _pick("nepal_family", rng), _pick(_sex("nepal", female), rng)
    between = rng.choice(("Maya", "Kumari", "", "") if female else ("Bahadur", "Kumar", "", ""))
    usual, other = family[0].split(",")[0], family[0].split(",")[-1]
    first, second = given[0].split(",")[0], given[0].split(",")[-1]
    whole = f"{first} {between}".strip()
    reading = {"Maya": " マヤ", "Kumari": " クマリ", "Bahadur": " バハドゥル", "Kumar": " クマル"}.get(between, "")
    return Names(
        "nepal",
        (f"{usual} {whole}".upper(), f"{whole} {usual}", f"{first} {usual}", f"{second} {other}"),
        (f"{family[1]} {given[1]}{reading}", f"{given[1]} {family[1]}"),
        _mail_parts(first, usual),
        rng.choices(range(4), (45, 30, 20, 5))[0],
    )


def _filipino(rng: random.Random, female: bool) -> Names:
    first, last, mother = _pick(_sex("philippine", female), rng), _pick("philippine_family", rng), ["", ""]
    while mother[0] in ("", last[0]):
        mother = _pick("philippine_family", rng)
    return Names(
        "philippines",
        (
            f"{last[0]} {first[0]} {mother[0]}".upper(),
            f"{first[0]} {mother[0][0]}. {last[0]}",
            f"{first[0]} {last[0]}",
            f"{last[0]}, {first[0]}",
            f"{first[0].split(' ')[0]} {last[0]}",
        ),
        (f"{last[1]} {first[1]}", f"{first[1]} {last[1]}"),
        _mail_parts(first[0], last[0]),
        rng.choices(range(5), (35, 20, 30, 8, 7))[0],
    )


_MAKERS: dict[str, Callable[[random.Random, bool], Names]] = {
    "vietnam": _vietnamese,
    "china": _chinese,
    "korea": _korean,
    "old-korea": _old_korean,
    "brazil": _brazilian,
    "nepal": _nepali,
    "philippines": _filipino,
}
