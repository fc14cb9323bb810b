"""Lists inside archives: unpacked within limits; what is no list is named and never opened."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
import pyzipper
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from soken.core.errors import BadInputError
from soken.intake.archives import Limits, Notes, expand, is_archive
from soken.intake.events import Source

LIST = "氏名,住所\n田中,東京\n".encode()
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(200)
PDF = b"%PDF-1.7\n" + bytes(50)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(*entries: tuple[str, bytes | tarfile.TarInfo]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in entries:
            entry = tarfile.TarInfo(name) if isinstance(content, bytes) else content
            if isinstance(content, bytes):
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content if isinstance(content, bytes) else b""))
    return out.getvalue()


def special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    return entry


def unpack(folder: Path, name: str, raw: bytes, limits: Limits | None = None) -> tuple[dict[str, bytes], Notes]:
    """Members by their label, and the notes; everything that was written lies in the folder given."""
    path, into, notes = folder / name, folder / "staging", Notes()
    path.write_bytes(raw)
    into.mkdir()
    lists = {s.member: Path(s.path).read_bytes() for s in expand(Source(path, "", name), into, notes, limits)}
    assert {entry.name for entry in folder.iterdir()} == {name, "staging"}
    return lists, notes


@pytest.mark.parametrize(
    ("name", "raw", "members"),
    [
        ("shop.zip", zipped(**{"a/list.csv": LIST, "b.csv": LIST}), ["a/list.csv", "b.csv"]),
        ("list.csv.gz", gzip.compress(LIST), ["list.csv"]),
        ("list.csv.gz", gzip.compress(LIST[:9]) + gzip.compress(LIST[9:]), ["list.csv"]),
        ("list.csv.zst", zstandard.compress(LIST), ["list.csv"]),
        ("list.csv.zst", zstandard.compress(LIST[:9]) + zstandard.compress(LIST[9:]), ["list.csv"]),
        ("list.csv.bz2", bz2.compress(LIST[:9]) + bz2.compress(LIST[9:]), ["list.csv"]),
        ("list.csv.xz", lzma.compress(LIST), ["list.csv"]),
        ("evidence", gzip.compress(LIST), ["evidence.gzip-content"]),
        ("shop.tar", tarred(("a/list.csv", LIST)), ["a/list.csv"]),
        ("shop.tgz", gzip.compress(tarred(("list.csv", LIST))), ["shop.tar/list.csv"]),
        ("shop.tar.zst", zstandard.compress(tarred(("list.csv", LIST))), ["shop.tar/list.csv"]),
        ("all.zip", zipped(**{"in.zip": zipped(**{"l.csv.gz": gzip.compress(LIST)})}), ["in.zip/l.csv.gz/l.csv"]),
        ("twice.tar", tarred(("list.csv", LIST), ("list.csv", LIST)), ["list.csv", "list.csv#2"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # a packed file's bytes hold the time
)
def test_lists_come_out_whole(tmp_path: Path, name: str, raw: bytes, members: list[str]) -> None:
    lists, _ = unpack(tmp_path, name, raw)
    assert lists == dict.fromkeys(members, LIST)


def test_a_file_that_is_no_archive_is_given_as_it_is(tmp_path: Path) -> None:
    assert unpack(tmp_path, "list.csv", LIST) == ({"": LIST}, Notes())


@pytest.mark.parametrize("parts", [("[Content_Types].xml", "xl/workbook.xml"), ("mimetype", "META-INF/manifest.xml")])
def test_a_workbook_is_no_archive(tmp_path: Path, parts: tuple[str, ...]) -> None:
    (tmp_path / "list.xlsx").write_bytes(zipped(**dict.fromkeys(parts, b"x")))
    assert not is_archive(Source(tmp_path / "list.xlsx", "", "list.xlsx"))


def test_what_is_no_list_is_named_and_never_unpacked(tmp_path: Path) -> None:
    others = {
        "photo.csv": JPEG, "a.pdf": PDF, "run.dat": b"MZ\x90\0" + bytes(99), "index.php": b"<?php", "page.html": LIST,
        "README.txt": b"hello", "none.csv": b"", "__MACOSX/list.csv": LIST, "junk.csv": bytes(range(256)) * 4,
    }  # fmt: skip
    lists, notes = unpack(tmp_path, "site.zip", zipped(**others, **{"list.csv": LIST}))
    assert lists == {"list.csv": LIST}
    assert [(skipped.member, skipped.size) for skipped in notes.skipped] == [(n, len(c)) for n, c in others.items()]
    assert notes.skipped[0].why == "no list: an image"
    # Only the list was ever written.
    assert [path.read_bytes() for path in (tmp_path / "staging").iterdir()] == [LIST]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("/etc/list.csv", "etc/list.csv"),
        ("../../list.csv", "list.csv"),
        ("..\\..\\list.csv", "list.csv"),
        ("C:/list.csv", "list.csv"),
        ("a\nb.csv", "a\ufffdb.csv"),
    ],
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str, shown: str, kind: str) -> None:
    raw = zipped(**{name: LIST}) if kind == "zip" else tarred((name, LIST))
    lists, notes = unpack(tmp_path, f"evil.{kind}", raw)
    assert list(lists) == [shown]
    assert notes.renamed == [shown] or shown == "a\ufffdb.csv"


def test_links_and_devices_are_never_followed(tmp_path: Path) -> None:
    raw = tarred(
        ("l", special("l", tarfile.SYMTYPE, "/etc/passwd")), ("h", special("h", tarfile.LNKTYPE, "list.csv")),
        ("d", special("d", tarfile.CHRTYPE)), ("p", special("p", tarfile.FIFOTYPE)), ("list.csv", LIST),
    )  # fmt: skip
    lists, notes = unpack(tmp_path, "evil.tar", raw)
    assert list(lists) == ["list.csv"]
    assert [skipped.member for skipped in notes.skipped] == ["l", "h", "d", "p"]


def test_a_link_in_a_zip_is_never_followed(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("l")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("list.csv", LIST)
    lists, notes = unpack(tmp_path, "evil.zip", out.getvalue())
    assert list(lists) == ["list.csv"]
    assert "link" in notes.skipped[0].why


def test_names_in_cp932_are_readable(tmp_path: Path) -> None:
    raw = zipped(**{"replaced.csv": LIST}).replace(b"replaced", "顧客一覧".encode("cp932"))
    assert list(unpack(tmp_path, "shop.zip", raw)[0]) == ["顧客一覧.csv"]


def encrypted() -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"secret")
        archive.writestr("list.csv", LIST)
    return out.getvalue()


LONG = b"".join(b"%d,%d\n" % (number, number * number % 99991) for number in range(60_000))


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        pytest.param("a.zip", encrypted(), "password", id="encrypted"),
        pytest.param("a.zip", zipped(**{"list.csv": LONG})[:-200], "cut off or damaged", id="zip cut off"),
        pytest.param("a.gz", gzip.compress(LONG)[:-2000], "cut off or damaged", id="gzip cut off"),
        pytest.param("a.gz", gzip.compress(LONG)[:-4] + b"\0\0\0\0", "cut off or damaged", id="gzip checksum"),
        pytest.param("a.zst", zstandard.compress(LONG)[:-200], "cut off or damaged", id="zstd cut off"),
        pytest.param("a.bz2", bz2.compress(LONG)[:-20], "cut off or damaged", id="bzip2 cut off"),
        pytest.param("a.xz", lzma.compress(LONG)[:-20], "cut off or damaged", id="xz cut off"),
        pytest.param("a.tar", tarred(("list.csv", LONG))[:5000], "cut off or damaged", id="tar cut off"),
        pytest.param("a.tgz", gzip.compress(tarred(("list.csv", LONG))[:5000]), "cut off or damaged", id="tar.gz"),
        pytest.param("a.zip", zipped(), "no list", id="nothing in it"),
        pytest.param("a.zip", zipped(**{"a.jpg": JPEG, "b.pdf": PDF}), "no list .*2 other files", id="no list in it"),
    ],
)
def test_bad_archives_are_refused_in_a_sentence(tmp_path: Path, name: str, raw: bytes, says: str) -> None:
    with pytest.raises(BadInputError, match=says) as refused:
        unpack(tmp_path, name, raw)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_bombs_are_stopped_early(tmp_path: Path, pack: object) -> None:
    raw = pack(b"a,b\n" * 4_000_000)  # type: ignore[operator]
    with pytest.raises(BadInputError, match="bomb"):
        unpack(tmp_path, "bomb", raw, Limits(ratio=100, ratio_from=1_000_000))
    assert sum(path.stat().st_size for path in (tmp_path / "staging").iterdir()) < 4_000_000


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(total_bytes=100), "bomb"),
        (Limits(members=5), "more than 5"),
        (Limits(depth=1), "deep"),
    ],
)
def test_limits_hold_over_all_members(tmp_path: Path, limits: Limits, says: str) -> None:
    files = {f"{number}.csv": LIST for number in range(9)}
    raw = zipped(**files) if limits.depth > 1 else zipped(**{"in.zip": zipped(**files)})
    with pytest.raises(BadInputError, match=says):
        unpack(tmp_path, "all.zip", raw, limits)


WHOLE = [
    zipped(**{"list.csv": LIST}), gzip.compress(LIST), zstandard.compress(LIST), bz2.compress(LIST),
    lzma.compress(LIST), tarred(("list.csv", LIST)),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WHOLE), st.data())
def test_a_damaged_archive_gives_its_list_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, whole: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = data.draw(st.sampled_from([whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]]))
    try:
        unpack(tmp_path_factory.mktemp("archive"), "a.bin", broken)
    except BadInputError as refused:
        assert "\n" not in refused.message  # noqa: PT017 (either outcome is right)
