"""A home with a key, file by file: what the page on encryption says of each is so."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from soken.core.age_file import Identity, is_age
from soken.core.store_key import VALUE
from soken.demo.lists import write_demo_list
from tests.home_database import SERVER, told_of

ROOT = Path(__file__).parents[2]
ROWS = 300
NAMES_EVERYBODY = "**open: names everybody**"
#: Columns of the demo's list that say who somebody is.
PERSONAL = ("お名前(姓)", "お名前(名)", "お名前(セイ)", "お名前(メイ)", "住所1", "メールアドレス", "TEL")
#: A file handed in on the desk that nobody has taken in yet.
HAND_IN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "soken.desk.settings"
from soken.commands.started import started
home = started()
from soken.access.eyes import acting_for_installation
from soken.access.models import User
from soken.casework.actions.hand_in import hand_in
from soken.casework.models import Operation
from soken.intake import Acquisition
with acting_for_installation():
    operation = Operation.objects.get()
    by = next(one for one in User.objects.filter(memberships__operation=operation) if one.role == "analyst")
    content = "氏名,メールアドレス\\n御手洗 薫子,kaoruko@mail.example\\n".encode()
    hand_in(operation, by=by, name="orders.csv", chunks=[content], acquisition=Acquisition(), home=home)
"""


def table() -> dict[str, str]:
    """Pattern of a file → whether it is encrypted, as the page says."""
    page = (ROOT / "docs" / "how-to" / "encryption.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.+?`) \| (.+?) \| .+ \|$", page.partition("| file | encrypted |")[2], re.MULTILINE)
    return {pattern: said for patterns, said in rows for pattern in re.findall(r"`(.+?)`", patterns)}


def listed(folder: Path) -> set[str]:
    """What the demo's list says of its persons: names of two signs or more, addresses, mails, numbers."""
    write_demo_list(folder / "list.csv", rows=ROWS, seed=2017)
    with (folder / "list.csv").open(encoding="cp932", errors="replace", newline="") as stream:
        said = {str(row.get(name) or "").strip() for row in csv.DictReader(stream) for name in PERSONAL}
    return {one for one in said if len(one) > 1 and not re.fullmatch(r"[\d\- ]{1,8}", one)} | {"御手洗 薫子"}


def written(value: str) -> set[bytes]:
    """A value in the encodings of the list and of the store; two signs of the first are in any bytes by chance."""
    return {value.encode()} | ({value.encode("cp932")} if len(value.encode("cp932")) > 6 else set())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole demo in a home with a key, and a file that waits."""
    folder = tmp_path_factory.mktemp("encrypted")
    said = {name: value for name, value in os.environ.items() if not name.startswith(("SOKEN_", "DJANGO_"))}
    environment = said | told_of(folder / "home") | {
        "SOKEN_HOME": str(folder / "home"), VALUE: Identity.make().text,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }  # fmt: skip
    demo = ["-m", "soken", "demo", "--rows", str(ROWS), "--no-serve", "--published-tables"]
    for words in (demo, ["-c", HAND_IN], ["-m", "soken", "ledger", "checkpoint"]):
        subprocess.run([sys.executable, *words], env=environment, check=True, capture_output=True, cwd=folder)
    return folder / "home"


def test_each_file_of_a_home_is_as_the_page_on_encryption_says(home: Path) -> None:
    said, seen = table(), set[str]()
    for path in sorted(home.rglob("*")):
        if path.is_file():
            name = path.relative_to(home).as_posix()
            fits = {pattern for pattern in said if fnmatch(name, pattern)}
            assert len({said[one] for one in fits}) == 1, (name, fits)
            assert is_age(path) == said[min(fits)].startswith("yes"), name
            seen |= fits
    for kind in (
        "evidence/*/original.zst",
        "operations/*.parquet",
        "attachments/*/document",
        "uploads/*/upload",
        "keys/*",
    ):
        assert kind in seen


def held_openly(path: Path) -> bytes:
    """What whoever has the file and no key reads of it."""
    data = path.read_bytes()
    return data if data[:4] != b"PAR1" else data + str(pq.read_table(path).to_pylist()).encode()


def test_nobody_of_the_list_stands_open_but_where_the_page_says_so(home: Path, tmp_path: Path) -> None:
    named, said, needles = set[str](), table(), {needle for one in listed(tmp_path) for needle in written(one)}
    for path in (one for one in home.rglob("*") if one.is_file()):
        name, data = path.relative_to(home).as_posix(), held_openly(path)
        if any(needle in data for needle in needles):
            named |= {how for pattern, how in said.items() if fnmatch(name, pattern)} or {name}
    # A database on a server is none of the home's files.
    assert named == (set() if SERVER else {NAMES_EVERYBODY})
