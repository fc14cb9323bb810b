"""The requirement in small: who is proposed as one person and who is not, every case in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from soken.resolve import resolve
from tests.resolve.factory import record, write_records
from tests.resolve.pairs import NOT_SAME, REVIEWED, SAME
from tests.resolve.people import filler

if TYPE_CHECKING:
    from pathlib import Path

# fmt: off
SURNAMES = [
    ("安藤", "ando"), ("馬場", "baba"), ("千葉", "chiba"), ("土井", "doi"), ("江口", "eguchi"),
    ("福田", "fukuda"), ("後藤", "goto"), ("浜田", "hamada"), ("今井", "imai"), ("神保", "jinbo"),
    ("川上", "kawakami"), ("松尾", "matsuo"), ("永井", "nagai"), ("小野", "ono"), ("大塚", "otsuka"),
    ("六車", "muguruma"), ("坂本", "sakamoto"), ("高木", "takagi"), ("上田", "ueda"), ("和田", "wada"),
    ("矢野", "yano"), ("財前", "zaizen"), ("荒木", "araki"), ("堀", "hori"), ("西村", "nishimura"),
    ("久保", "kubo"), ("内田", "uchida"), ("松田", "matsuda"), ("原田", "harada"), ("竹内", "takeuchi"),
    ("中山", "nakayama"), ("石田", "ishida"), ("森田", "morita"), ("柴田", "shibata"), ("酒井", "sakai"),
    ("工藤", "kudo"), ("横山", "yokoyama"), ("宮崎", "miyazaki"), ("宮本", "miyamoto"), ("内田", "uchida"),
    ("高木", "takagi"), ("安藤", "ando"), ("谷口", "taniguchi"), ("大野", "ono"), ("丸山", "maruyama"),
    ("今井", "imai"), ("河野", "kono"), ("藤原", "fujiwara"), ("杉山", "sugiyama"), ("藤井", "fujii"),
    ("樋口", "higuchi"), ("市川", "ichikawa"), ("野口", "noguchi"), ("久保田", "kubota"), ("木下", "kinoshita"),
    ("三浦", "miura"), ("村上", "murakami"), ("近藤", "kondo"), ("石井", "ishii"), ("坂井", "sakai"),
    ("長谷川", "hasegawa"),
    ("平野", "hirano"), ("菅原", "sugawara"), ("千田", "chida"), ("小島", "kojima"), ("新井", "arai"),
    ("松井", "matsui"), ("佐野", "sano"), ("武田", "takeda"), ("増田", "masuda"), ("水野", "mizuno"),
    ("早川", "hayakawa"), ("岩田", "iwata"), ("片山", "katayama"), ("栗原", "kurihara"), ("宮田", "miyata"),
    ("望月", "mochizuki"), ("永田", "nagata"), ("大西", "onishi"), ("関口", "sekiguchi"), ("高野", "takano"),
    ("田村", "tamura"), ("辻", "tsuji"), ("上野", "ueno"), ("安田", "yasuda"), ("横田", "yokota"),
    ("大塚", "otsuka"), ("菊地", "kikuchi"), ("松尾", "matsuo"), ("渡部", "watabe"), ("桜井", "sakurai"),
    ("川口", "kawaguchi"), ("星野", "hoshino"), ("吉川", "yoshikawa"), ("秋山", "akiyama"), ("熊谷", "kumagai"),
]
# fmt: on


def apart(records: tuple[dict[str, Any], ...], number: int) -> list[dict[str, Any]]:
    """Return the records of a case with a surname, contacts, address, birth date and numbers that no other case has."""
    surname, reading = SURNAMES[number]

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return [told(one) for one in value]
        if not isinstance(value, str):
            return value
        return value.replace("田中", surname).replace("tanaka", reading)

    made = []
    for one in records:
        new = {key: told(value) for key, value in one.items()}
        for key in ("email_local", "town", "address_key", "id_number", "login", "card", "device"):
            if new[key]:
                new[key] = f"{number:02}{new[key]}"
        if new["phone_key"]:
            new["phone_key"] = f"{new['phone_key'][:-2]}{number:02}"
        if new["birth_date"]:
            new["birth_date"] = f"{int(new['birth_date'][:4]) - 2 * number}{new['birth_date'][4:]}"
        if new["email_key"]:
            new["email_key"] = f"{new['email_local']}@{new['email_domain']}"
        made.append(new)
    return made


@pytest.fixture(scope="module")
def decided(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[tuple[str, str], tuple[str | None, str | None]]]:
    """Resolve all cases as one list; return persons and review partners of each case's two records."""
    folder = tmp_path_factory.mktemp("cases")
    cases = {**SAME, **NOT_SAME}
    records = [one for number, case in enumerate(cases) for one in apart(cases[case], number)]
    write_records(folder, [*records, *filler()])
    resolve(folder, [], folder / "run")
    rows = pq.read_table(folder / "run" / "clusters.parquet").to_pylist()
    found = {}
    for number, case in enumerate(cases):
        one, other = rows[2 * number : 2 * number + 2]
        found[case] = ((one["person"], other["person"]), (one["review_with"], other["review_with"]))
    return found


@pytest.mark.parametrize("case", SAME)
def test_one_person(case: str, decided: dict[str, Any]) -> None:
    (one, other), _ = decided[case]
    assert one == other


@pytest.mark.parametrize("case", NOT_SAME)
def test_not_proposed_as_one_person(case: str, decided: dict[str, Any]) -> None:
    (one, other), review = decided[case]
    assert one != other
    if case in REVIEWED:
        assert review == (other, one)


def asked(folder: Path, one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Resolve two records among others; tell whether they are asked about, and not joined."""
    write_records(folder, [one, other, *filler()])
    resolve(folder, [], folder / "run")
    first, second = pq.read_table(folder / "run" / "clusters.parquet").to_pylist()[:2]
    assert first["person"] != second["person"]
    return bool(first["review_with"] == second["person"])


def test_mother_and_daughter_whose_names_are_each_others_are_asked_about(tmp_path: Path) -> None:
    house = {"phone": "+819000000001", "address": "緑町 1-2-3"}
    mother = record("maria santos", family="santos", given="maria", **house)
    assert asked(tmp_path, mother, record("ana maria santos", family="santos", given="ana", **house))


def test_two_of_a_house_on_one_device_and_mailbox_are_asked_about(tmp_path: Path) -> None:
    """A tablet and a mailbox are lent; each signs in by a name of their own."""
    shared = {"email": "t.tanaka@shop.example", "device": "f02828cb2c250fae"}
    assert asked(tmp_path, record(**shared, login="平野美香"), record(**shared, login="平野香織"))


def test_the_number_that_a_shop_gives_all_its_guests_joins_no_namesakes(tmp_path: Path) -> None:
    guests = [{**one, "account": "E-000000000001:999999"} for one in filler()]
    two = [
        record(
            "佐藤 弘", readings="sato hiroshi", account="E-000000000001:999999", email=mail, phone=phone, address=home
        )
        for mail, phone, home in (
            ("hiroshi@mail.example", "+819011112222", "緑町 1-2-3"),
            ("sato.h@shop.example", "+819033334444", "本町 9-8-7"),
        )
    ]
    write_records(tmp_path, [*two, *guests])
    resolve(tmp_path, [], tmp_path / "run")
    one, other = pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()[:2]
    assert one["person"] != other["person"]


def test_a_device_that_many_mailboxes_use_joins_nobody(tmp_path: Path) -> None:
    """A list without names, and what a program wrote where it knew no device."""
    many = [record(email=f"w{number}@mail.example", device="f02828cb2c250fae") for number in range(20)]
    write_records(tmp_path, many)
    resolve(tmp_path, [], tmp_path / "run")
    persons = [one["person"] for one in pq.read_table(tmp_path / "run" / "clusters.parquet").to_pylist()]
    assert len(set(persons)) == 20
