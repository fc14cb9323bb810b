"""Pairs of entries that are one person's, and pairs that must not be proposed as one person."""

from __future__ import annotations

from tests.resolve.factory import record
from tests.resolve.people import (
    BIRTH,
    HANAKO,
    HOME,
    JIRO,
    LABELLED,
    MAIL,
    OTHER_BIRTH,
    OTHER_HOME,
    OTHER_MAIL,
    OTHER_PHONE,
    PHONE,
    TARO,
)

SAME = {
    "kanji and kana entry, same mail": (
        record(**TARO, **MAIL),
        record("たなか たろう", readings="tanaka taro", name_script="kana", **MAIL),
    ),
    "kanji and romaji entry, same phone": (record(**TARO, **PHONE), record("tanaka taro", **PHONE)),
    "moved home, mail kept": (record(**TARO, **MAIL, **HOME), record(**TARO, **MAIL, **OTHER_HOME)),
    "changed mail, phone and home kept": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**TARO, **OTHER_MAIL, **PHONE, **HOME),
    ),
    "changed mail and home, phone kept": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**TARO, **OTHER_MAIL, **PHONE, **OTHER_HOME),
    ),
    "names swapped, same mail": (record(**TARO, **MAIL), record("taro tanaka", **MAIL)),
    "undivided name, same mail": (record(**TARO, **MAIL), record("田中太郎", readings="tanakataro", **MAIL)),
    "married name, mail and phone kept": (
        record("田中 花子", readings="tanaka hanako", **MAIL, **PHONE),
        record("木村 花子", readings="kimura hanako", **MAIL, **PHONE),
    ),
    "name and birth date, moved and changed": (
        record(**TARO, **MAIL, **HOME, **BIRTH),
        record(**TARO, **OTHER_MAIL, **OTHER_HOME, **BIRTH),
    ),
    "contacts gone, name and address same": (record(**TARO, **HOME, **MAIL), record(**TARO, **HOME)),
    "kanji read as no table has it, but as they can be": (
        record("田中 一樹", readings="tanaka kazuki", sure=False, **MAIL),
        record("たなか ひとき", readings="tanaka hitoki", name_script="kana", **MAIL),
    ),
    "undivided, given name first": (record(**TARO, **MAIL), record("太郎田中", sure=False, **MAIL)),
    "a second mailbox of one's own, at home": (
        record(**TARO, **HOME, email="taro1980@shop.example"),
        record(**TARO, **HOME, email="mr.tanaka@mail.example"),
    ),
    "a Western name in kana": (
        record("ダニエル ホワイト", readings="danieru howaito", name_script="kana", **MAIL, **PHONE),
        record("white daniel", **MAIL, **PHONE),
    ),
    "a Western name in kana of which one word cannot be heard": (
        record("ローラン エマ", readings="roran ema", name_script="kana", **MAIL, **PHONE, **HOME),
        record("emma laurent", readings="ema laurent", **MAIL, **PHONE, **HOME),
    ),
    "a slip in the telephone, no mail asked": (
        record(**TARO, phone="+819012345678"),
        record(**TARO, phone="+819012745678"),
    ),
    "an initial beside kanji, mail and phone the same": (
        record("田中 友菜", readings="tanaka yuna", sure=False, **MAIL, **PHONE),
        record("tanaka t", **MAIL, **PHONE),
    ),
    "one name divided in two places": (
        record("田中 太壮秀", readings="tanaka taakihide", sure=False, **MAIL),
        record("田 中太壮秀", readings="ta chutaakihide", sure=False, **MAIL),
    ),
    "married, one entry in kana, all contacts kept": (
        record("清水 匠哉", readings="shimizu takuya", sure=False, **MAIL, **PHONE, **HOME),
        record("kuwabara takuya", **MAIL, **PHONE, **HOME),
    ),
    "a slip in the mail, the name the same": (
        record(**TARO, **MAIL),
        record(**TARO, email="t.tanakaa@shop.example"),
    ),
    "an initial, mail and phone the same": (
        record("smith dimitri", readings="smith jimitri", **MAIL, **PHONE),
        record("smith d", **MAIL, **PHONE),
    ),
    "a pet form in the other order": (
        record("taylor debbie", locale="intl", **MAIL),
        record("deborah taylor", locale="intl", **MAIL),
    ),
    "a pet form that is the name's beginning, in the other order": (
        record("riddell daniel", locale="intl", **MAIL),
        record("danny riddell", locale="intl", **MAIL),
    ),
    "the first letter of what a pet form stands for": (
        record("rodriguez ted", locale="intl", **MAIL, **PHONE),
        record("rodriguez e", locale="intl", **MAIL, **PHONE),
    ),
    "an umlaut in another spelling, in the other order, with a slip": (
        record("müller stefan", readings="muller|mueller stefan", locale="intl", **MAIL),
        record("stefn mueller", locale="intl", **MAIL),
    ),
    "a slip in a short family name, in the other order": (
        record("wood barbara", locale="intl", **MAIL),
        record("barbara wodo", locale="intl", **MAIL),
    ),
    "half a name, the mobile and the home": (
        record("kinter ronald", locale="intl", phone="+61412345678", address="town 9 elm road"),
        record("kinter", locale="intl", phone="+61412345678", address="town 9 elm road"),
    ),
    "now the landline, now the mobile": (
        record(**TARO, **HOME, phone="+81312345678"),
        record(**TARO, **HOME, phone="+819012345678"),
    ),
    "no names, one mailbox": (record(**MAIL), record(**MAIL)),
    "no names, a label behind a plus": (record(**MAIL), record(**LABELLED)),
    "no names, a label behind a plus, two sign-in names made of a third": (
        record(**MAIL, login="kuro50_x"),
        record(**LABELLED, login="kuro507"),
    ),
    "no names, one customer number, a slip in the mail": (
        record(account="shop:7", email="sasahara95@mail.example"),
        record(account="shop:7", email="sasahar95@mail.example"),
    ),
    "no names, a sign-in name with three digits, two mailboxes of one provider": (
        record(email="eri.inoe@mail.example", login="hana-san296"),
        record(email="quite-other@mail.example", login="hana-san296"),
    ),
    "no names, a sign-in name that one of two mailboxes of a provider has too": (
        record(email="miyazaki@mail.example", login="midoriusagi"),
        record(email="midoriusagi@mail.example", login="midoriusagi"),
    ),
    "married name, same kanji, same home, no contact twice": (
        record("田中 花子", readings="tanaka hanako", **HOME, **MAIL),
        record("木村 花子", readings="kimura hanako", **HOME, **PHONE),
    ),
    "married and moved, given name and mailbox kept": (
        record("田中 花子", readings="tanaka hanako", **HOME, **MAIL),
        record("木村 花子", readings="kimura hanako", **OTHER_HOME, **MAIL),
    ),
    "half a name, home and birth date": (
        record("tanaka gianni", locale="intl", **HOME, **BIRTH, **MAIL),
        record("tanaka", locale="intl", **HOME, **BIRTH),
    ),
    "no names, one mailbox, the second account called after the first": (
        record(**MAIL, login="kuro_50"),
        record(**MAIL, login="kuro50_x"),
    ),
    "a family name alone, the rest in Latin letters, all contacts": (
        record("田中", readings="tanaka", sure=False, **MAIL, **PHONE, **HOME),
        record("tanaka taro", **MAIL, **PHONE, **HOME),
    ),
    "a family name alone, twice, on one mailbox": (
        record("田中", readings="tanaka", sure=False, **MAIL),
        record("田中", readings="tanaka", sure=False, **MAIL, **HOME),
    ),
    "a possible reading on one mailbox, now the landline and now the mobile": (
        record("田中 一樹", readings="tanaka kazuki", sure=False, **MAIL, **HOME, phone="+81312345678"),
        record("たなか ひとき", readings="tanaka hitoki", name_script="kana", **MAIL, **HOME, phone="+819012345678"),
    ),
    "no names, a sign-in name nobody else has": (
        record(**MAIL, login="sora_san8365"),
        record(**OTHER_MAIL, login="sora_san8365"),
    ),
    "three Latin words in another order, mailbox and home": (
        record("oliveira silvia mariana", family="oliveira", given="silvia", **MAIL, **HOME),
        record("silvia mariana oliveira", family="mariana", given="silvia", **MAIL, **HOME),
    ),
    "two of the four words of a Latin name, mail and phone the same": (
        record("cherry fernandez", family="fernandez", given="cherry", **MAIL, **PHONE),
        record("fernandez cherry ann salazar", family="fernandez", given="salazar", **MAIL, **PHONE),
    ),
    "one payment card and one name": (record(**TARO, card="9041 2017-07"), record(**TARO, card="9041 2017-07")),
    "no names, one device, one of them a guest": (
        record(**MAIL, device="f02828cb2c250fae", login="kuro_50"),
        record(device="f02828cb2c250fae"),
    ),
    "same personal number, name misspelt": (
        record("joan smyth", locale="intl", id_number="4417752", address="town 1 elm road"),
        record("joann smith", locale="intl", id_number="4417752", address="town 1 elm road"),
    ),
    "half a name, a mobile that no third name has": (
        record(**TARO, **MAIL, **PHONE),
        record("田中", family="田中", family_readings=["tanaka"], **PHONE),
    ),
    "no names, both contacts and the home": (
        record(**MAIL, **PHONE, **HOME, login="kuro50"),
        record(**MAIL, **PHONE, **HOME, login="kuro50", account="E-000000000001:4711"),
    ),
    "an account without a name that bears the name of the card's holder": (
        record(**TARO, **PHONE, card="9042 2017-08"),
        record(email="taro.tanaka@mail.example", card="9042 2017-08"),
    ),
    "no names, one customer number on one device, another mailbox": (
        record(**MAIL, account="E-000000000001:4712", device="a3b81cd5530f92e7"),
        record(**OTHER_MAIL, account="E-000000000001:4712", device="a3b81cd5530f92e7"),
    ),
}

NOT_SAME = {
    "the card of a parent": (
        record(**TARO, card="9041 2017-07", **HOME),
        record(**HANAKO, card="9041 2017-07", **HOME),
    ),
    "one Latin word in common, one telephone": (
        record("ana maria costa", family="costa", given="ana", **PHONE, **HOME),
        record("paulo lima costa", family="costa", given="paulo", **PHONE, **HOME),
    ),
    "a guessed reading at one home, each with a mailbox in the family name": (
        record("田中 芳紀", readings="tanaka yoshinori|yoshiki", sure=False, **HOME, email="tanaka-y601@shop.example"),
        record("tanaka yoshinori", **HOME, email="y.tanaka@mail.example", **PHONE),
    ),
    "twins whose kanji might be read alike, one mailbox, two telephones": (
        record("田中 舞", readings="tanaka mai", sure=False, **MAIL, **PHONE, **BIRTH),
        record("tanaka ai", **MAIL, **OTHER_PHONE, **BIRTH),
    ),
    "namesakes in two towns, their mailboxes one underscore apart": (
        record("becker wolfgang", locale="intl", email="wolfgang.becker@mail.example", address="markt 66"),
        record("becker wolfgang", locale="intl", email="wolfgang_becker@mail.example", address="ring 87"),
    ),
    "half a name, the landline and the home": (
        record("abbott sheila", locale="intl", phone="+61798761278", address="quarry 31"),
        record("abbott", locale="intl", phone="+61798761278", address="quarry 31"),
    ),
    "twins, one a Mary": (
        record("moore mary", locale="intl", **OTHER_MAIL, address="lakeview 1334", birth="1973-06-08"),
        record("moore margaret", locale="intl", **MAIL, address="lakeview 1334", birth="1973-06-08"),
    ),
    "namesakes whose mailboxes differ in the figures": (
        record("davis samuel", locale="intl", email="davis62@mail.example", address="oak 2384"),
        record("davis samuel", locale="intl", email="davis65@mail.example", address="sunset 2357"),
    ),
    "father and son whose names begin with one sign, one telephone": (
        record("田中 隆", readings="tanaka takashi", **MAIL, **HOME, phone="+81312345678"),
        record("田中 隆之", readings="tanaka takayuki|takashi", sure=False, **OTHER_MAIL, **HOME, phone="+81312345678"),
    ),
    "sisters whose short names differ by two letters": (
        record("edson talia", locale="intl", **MAIL, address="town 14 inkster street"),
        record("edson talyah", locale="intl", **MAIL, address="town 14 inkster street"),
    ),
    "two brothers, one mailbox, phone and home": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**JIRO, **MAIL, **PHONE, **HOME),
    ),
    "a couple, one mailbox and home": (record(**TARO, **MAIL, **HOME), record(**HANAKO, **MAIL, **HOME)),
    "namesakes, all else different": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**TARO, **OTHER_MAIL, **OTHER_PHONE, **OTHER_HOME),
    ),
    "no names, a label behind a plus, two sign-in names": (
        record(**MAIL, login="sushimax8427"),
        record(**LABELLED, login="hoshifan32"),
    ),
    "no names, a sign-in name of two digits, two mailboxes of one provider": (
        record(email="eri.inoe@mail.example", login="soraninja"),
        record(email="quite-other@mail.example", login="soraninja"),
    ),
    "two given names that sound alike, in one home, no contact twice": (
        record("田中 裕子", readings="tanaka yuko", **HOME, **MAIL),
        record("田中 優子", readings="tanaka yuko", **HOME, **PHONE),
    ),
    "no names, one mailbox, two sign-in names": (record(**MAIL, login="kuro50"), record(**MAIL, login="yuki71")),
    "a family name alone, twice, at one home": (
        record("田中", readings="tanaka", sure=False, **MAIL, **HOME),
        record("田中", readings="tanaka", sure=False, **PHONE, **HOME),
    ),
    "no names, a long sign-in name, two mailboxes": (
        record(**MAIL, login="soraninja34"),
        record(**OTHER_MAIL, login="soraninja34"),
    ),
    "no names, a sign-in name that many choose": (record(**MAIL, login="yuki"), record(**OTHER_MAIL, login="yuki")),
    "no names, a sign-in name with a year": (
        record(**MAIL, login="taro_1985"),
        record(**OTHER_MAIL, login="taro_1985"),
    ),
    "namesakes, each with the name as mail name": (
        record(**TARO, email="tarotanaka@shop.example", phone="+81312345678"),
        record(**TARO, email="tarotanaka@mail.example", phone="+819012345678"),
    ),
    "father and son of one name, one home and phone": (
        record("nowak jan", locale="intl", generation="sr", **PHONE, address="town 1 elm road"),
        record("nowak jan", locale="intl", generation="jr", **PHONE, address="town 1 elm road"),
    ),
    "one of them marked as the son, each with a mailbox in that name": (
        record("kowal piotr", locale="intl", address="town 2 oak road", email="kowal.piotr@mail.example"),
        record(
            "kowal piotr", locale="intl", generation="jr", address="town 2 oak road", email="p.kowal77@post.example"
        ),
    ),
    "one underscore in the mail, nothing else in common": (
        record(**TARO, email="moon_light@mail.example"),
        record("吉田 勝", readings="yoshida masaru", email="moonlight@mail.example"),
    ),
    "same name and address, both contacts differ": (
        record(**TARO, **MAIL, **PHONE, **HOME),
        record(**TARO, **OTHER_MAIL, **OTHER_PHONE, **HOME),
    ),
    "same mail, two sure birth dates": (record(**TARO, **MAIL, **BIRTH), record(**TARO, **MAIL, **OTHER_BIRTH)),
    "same mail, sex differs": (record(**TARO, **MAIL, sex="M"), record(**TARO, **MAIL, sex="F")),
    "same mail, two personal numbers": (
        record(**TARO, **MAIL, id_number="4417752"),
        record(**TARO, **MAIL, id_number="9025518"),
    ),
    "twins, one home": (record(**TARO, **HOME, **BIRTH), record(**JIRO, **HOME, **BIRTH)),
    "strangers, one junk mail": (record(**TARO, **MAIL), record("吉田 勝", readings="yoshida masaru", **MAIL)),
    "siblings with names one letter apart": (
        record("田中 由紀", readings="tanaka yuki", **MAIL, **PHONE, **HOME),
        record("田中 由香", readings="tanaka yuka", **MAIL, **PHONE, **HOME),
    ),
    "the name alone": (record(**TARO), record(**TARO, **MAIL)),
    "somebody uses another's name, home and birth date": (
        record(**TARO, **MAIL, **PHONE, **HOME, **BIRTH),
        record(**TARO, **OTHER_MAIL, **OTHER_PHONE, **HOME, **BIRTH),
    ),
    "somebody with a mailbox in another name uses name, home and birth date": (
        record(**TARO, **MAIL, **HOME, **BIRTH),
        record(**TARO, email="k-watanabe@mail.example", **PHONE, **HOME, **BIRTH),
    ),
    "sisters whose kanji might be read alike": (
        record("田中 奈帆子", readings="tanaka nahoko|naoko", sure=False, **MAIL, **PHONE, **HOME),
        record("田中 七緒子", readings="tanaka naoko|naoko", sure=False, **MAIL, **PHONE, **HOME),
    ),
    "kanji that cannot be read as typed": (
        record("田中 健一", readings="tanaka kenichi", sure=False, **MAIL, **PHONE, **HOME),
        record("たなか まさお", readings="tanaka masao", name_script="kana", **MAIL, **PHONE, **HOME),
    ),
    "a possible reading, one contact another's": (
        record("田中 一樹", readings="tanaka kazuki", sure=False, **MAIL, **PHONE, **HOME),
        record("たなか ひとき", readings="tanaka hitoki", name_script="kana", **OTHER_MAIL, **PHONE, **HOME),
    ),
    "an initial, one contact another's": (
        record("smith thomas", **MAIL, **PHONE, **HOME),
        record("smith t", **OTHER_MAIL, **PHONE, **HOME),
    ),
}

REVIEWED = (
    "no names, a long sign-in name, two mailboxes",
    "a guessed reading at one home, each with a mailbox in the family name",
    "twins whose kanji might be read alike, one mailbox, two telephones",
    "same name and address, both contacts differ",
    "same mail, sex differs",
    "same mail, two personal numbers",
    "somebody uses another's name, home and birth date",
    "somebody with a mailbox in another name uses name, home and birth date",
    "sisters whose kanji might be read alike",
    "a possible reading, one contact another's",
    "an initial, one contact another's",
)
