"""Tokyo and Osaka: two installations that trust each other, and a folder between them."""

from __future__ import annotations

from pathlib import Path

from soken.route.transfers import rules
from tests.commands.installations import Done, Installation
from tests.home_database import copy_home

LIST = """氏名,フリガナ,メールアドレス,電話番号,郵便番号,住所,注文日,商品名
髙橋 花子,タカハシ ハナコ,hanako@mail.example,090-1234-5678,100-0001,東京都千代田区千代田1-1,2017-01-02,secret title one
高橋花子,,hanako@mail.example,09012345678,100-0001,東京都千代田区千代田1丁目1,2017-02-03,secret title two
𠮷田 太郎,ヨシダ タロウ,taro@mail.example,080-1111-2222,530-0001,大阪府大阪市北区梅田2-2,2017-03-04,secret title one
佐藤 次郎,サトウ ジロウ,jiro@mail.example,070-3333-4444,060-0001,北海道札幌市中央区北1条西2,2017-04-05,secret title two
伊藤 三郎,イトウ サブロウ,saburo@mail.example,070-5555-6666,460-0001,愛知県名古屋市中区三の丸1-1,2017-05-06,secret title
"""
#: Which of Tokyo's persons is sent where a test wants any file and none is there.
SPARE = 3
HERE, THERE = ["--operation", "heron"], ["--operation", "crane"]


class Pair:
    """Tokyo and Osaka, who trust each other, and the folder between them."""

    def __init__(self, folder: Path, empty: Path, *, language: str = "C.UTF-8") -> None:
        self.folder, self._language = folder, language
        self.tokyo, self.osaka = (self._made(empty, name) for name in ("tokyo", "osaka"))
        self.tokyo("operation", "new", "Heron", by="root")
        self.osaka("operation", "new", "Crane", by="root")
        for side in (self.tokyo, self.osaka):
            side.people(ana="analyst", inv="investigator", rev="reviewer", rev2="reviewer", aud="auditor")
        (folder / "list.csv").write_text(LIST, "utf-8")
        self.tokyo("intake", folder / "list.csv", *HERE, "--received-at", "2026-11-02T09:00:00+09:00", by="ana")
        self.tokyo("resolve", *HERE, by="ana")
        self.trust(self.tokyo, "Tokyo MPD", self.osaka)
        self.trust(self.osaka, "Osaka", self.tokyo)
        self._files, self._offers = 0, list[Path]()

    def _made(self, empty: Path, name: str) -> Installation:
        (self.folder / name).mkdir()
        copy_home(empty, self.folder / name / "home")
        return Installation(self.folder / name / "home", name, language=self._language)

    def end(self) -> None:
        """End both processes."""
        self.tokyo.end()
        self.osaka.end()

    def trust(self, known: Installation, name: str, by: Installation) -> None:
        """Have two people of an installation trust another's keys."""
        card = self.folder / f"{known.force}-for-{by.force}.card"
        fingerprint = known("handover", "key", "--out", card, "--name", name, by="root").out.strip()
        by("handover", "trust", "add", name, "--card", card, "--fingerprint", fingerprint, by="rev")
        by("handover", "trust", "compare", name, "--fingerprint", fingerprint.upper(), by="rev2")

    def file(self) -> Path:
        """A name that is free."""
        self._files += 1
        return self.folder / f"carried-{self._files}.age"

    def person(self, number: int) -> str:
        """Open the dossier of a person of Tokyo's list, owned by Tokyo; return the code."""
        told = self.tokyo.python(
            "from soken.casework.models import Person\n"
            "print('\\n'.join(Person.objects.order_by('-rows', 'code').values_list('code', flat=True)))"
        )
        code = told.split()[number]
        self.tokyo("dossier", "open", code, *HERE, by="inv")
        self.tokyo("dossier", "own", code, *HERE, "--force", "tokyo", "--reason", "住所地", by="rev")
        return code

    def place(self, code: str, prefecture: str) -> None:
        """Let Tokyo record where a person lives."""
        said = ["--ground", "residence", "--prefecture", prefecture, "--basis", "住民票"]
        self.tokyo("dossier", "place", code, *HERE, *said, by="inv")

    def prepared(self, code: str) -> str:
        """Prepare and approve a handover to Osaka; return its code."""
        form = self.folder / "form5.toml"
        form.write_text("".join(f'{box} = "別添のとおり"\n' for box in rules().form), "utf-8")
        told = self.tokyo(
            "handover", "prepare", code, *HERE, "--peer", "Osaka", "--to", "osaka", "--reason", "転居のため",
            "--form", form, "--json", by="inv",
        ).told  # fmt: skip
        transfer = str(told["handover"])
        self.tokyo("handover", "approve", transfer, *HERE, by="rev")
        return transfer

    def sent(self, code: str) -> tuple[str, Path]:
        """Send a person to Osaka; return code and file of the handover."""
        transfer, file = self.prepared(code), self.file()
        self.tokyo("handover", "send", transfer, *HERE, "--out", file, by="inv")
        self._offers.append(file)
        return transfer, file

    def any_offer(self) -> Path:
        """A file by which a person left Tokyo, whatever became of it since; one is sent where none was."""
        if not self._offers:
            self.sent(self.person(SPARE))
        return self._offers[0]

    def answered(self, verb: str, transfer: str, *said: str) -> Path:
        """Let Osaka answer; return the file."""
        file = self.file()
        self.osaka("handover", verb, transfer, *THERE, "--out", file, *said, by="inv")
        return file

    def heard(self, file: Path, by: str = "inv", code: int = 0) -> Done:
        """Let Tokyo take a file in."""
        return self.tokyo("handover", "take-in", file, *HERE, "--json", by=by, code=code)

    def arrived(self, file: Path, code: int = 0) -> Done:
        """Let Osaka take a file in."""
        return self.osaka("handover", "take-in", file, *THERE, "--json", by="inv", code=code)

    def may_act(self) -> tuple[bool, bool]:
        """Who may really act on the person: an act is tried on both sides, on every dossier there is."""
        return tuple(_may_act(one) for one in (self.tokyo, self.osaka))  # type: ignore[return-value]


def _may_act(side: Installation) -> bool:
    """Try to note something on the newest dossier."""
    told = side.python(
        "from soken.commands.started import started\nstarted()\n"
        "from soken.casework.models import Dossier\nfrom soken.access.models import User\n"
        "from soken.casework.actions.write_note import write_note\nfrom soken.core.errors import SokenError\n"
        "found = Dossier.objects.order_by('-pk').first()\n"
        "try:\n    write_note(found, by=User.objects.get(username='inv'), text='試み') if found else 1/0\n"
        "    print('yes')\nexcept (SokenError, ZeroDivisionError):\n    print('no')"
    )
    return told.strip() == "yes"
