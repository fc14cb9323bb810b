"""Documents are taken by what they are, whatever they are called; pictures and films never."""

from __future__ import annotations

import base64
import io
import quopri
import re
import shutil
import zipfile
import zlib
from contextlib import closing
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.conf import settings as installation
from django.db import connection
from django.db.models.signals import post_save

from soken.access.eyes import acting_for_installation
from soken.casework.actions.attach import attach
from soken.casework.actions.erase_documents import documents_erased
from soken.casework.actions.erase_rows import delete_person
from soken.casework.content_check import LARGEST, DocumentKind, document_kind
from soken.casework.models import Attachment, Dossier
from soken.casework.selectors.notes import content_of
from soken.core.age_file import Identity
from soken.core.documents import document_file, set_apart
from soken.core.errors import BadInputError, EnvironmentProblemError, NotFoundError, RefusedError
from soken.core.home import open_home
from soken.core.store_key import VALUE, store_key
from soken.core.vault import has_key, is_encrypted
from tests.casework.dossiers import Room, make_dossier, make_room
from tests.desk.reading import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40)
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00" + bytes(20)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(40)
WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm"
BMP = b"BM" + bytes(60)
TIFF = b"II*\x00" + bytes(40)


def office(*more: tuple[str, bytes], main: str = "word/document.xml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("[Content_Types].xml", b"<Types/>"), (main, b"<document/>"), *more):
            archive.writestr(name, content)
    return packed.getvalue()


def opened(mimetype: bytes, *more: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in (("mimetype", mimetype), ("content.xml", b"<office/>"), *more):
            archive.writestr(name, content)
    return packed.getvalue()


def pdf(body: bytes = b"", *, stream: bytes = b"BT (a) Tj ET", after: bytes = b"") -> bytes:
    packed = zlib.compress(stream)
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + body + b"\n2 0 obj\n<< /Length "
        + str(len(packed)).encode() + b" /Filter /FlateDecode >>\nstream\n" + packed
        + b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n" + after
    )  # fmt: skip


def deflate(said: bytes) -> bytes:
    return zlib.compress(said)


def packed_pdf(how: bytes, packed: bytes) -> bytes:
    """Return a PDF whose one stream is packed in some way."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n2 0 obj\n<< /Length " + str(len(packed)).encode()
        + b" /Filter " + how + b" >>\nstream\n" + packed + b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
    )  # fmt: skip


TWICE = b"[/FlateDecode /FlateDecode]"
INLINE = b"q BI /W 1 /H 1 /BPC 8 ID x EI Q"
#: Head of a bitmap of 4 by 4 points as programs write it.
REAL_BMP = b"BM" + (102).to_bytes(4, "little") + bytes(4) + b"6\x00\x00\x00(\x00\x00\x00\x04\x00\x00\x00" + bytes(80)
ODT = b"application/vnd.oasis.opendocument.text"
TAKEN = {
    "text": ("令状の写し\r\n".encode(), DocumentKind.TEXT),
    "text in cp932": ("令状の写し\r\n".encode("cp932"), DocumentKind.TEXT),
    "text in utf-16": ("令状の写し".encode("utf-16"), DocumentKind.TEXT),
    "pdf": (pdf(), DocumentKind.PDF),
    "pdf packed twice": (packed_pdf(TWICE, deflate(deflate(b"q Q"))), DocumentKind.PDF),
    "pdf not packed": (packed_pdf(b"[]", b"BT (report) Tj ET"), DocumentKind.PDF),
    "pdf with a packed table": (
        packed_pdf(b"/FlateDecode /Type /XRef /DecodeParms << /Predictor 12 >>", deflate(bytes(60))),
        DocumentKind.PDF,
    ),
    "a certificate": (b"MIIB" + base64.b64encode(bytes(range(256))), DocumentKind.TEXT),
    "words that begin as letters of pictures do": (b"Qk SUkq TU0A Qk1 means nothing here", DocumentKind.TEXT),
    "docx": (office(), DocumentKind.WORD),
    "xlsx": (office(main="xl/workbook.xml"), DocumentKind.SHEET),
    "pptx": (office(main="ppt/presentation.xml"), DocumentKind.SLIDES),
    "odt": (opened(ODT), DocumentKind.OPEN_TEXT),
}
REFUSED = {
    "nothing": b"",
    "png": PNG, "jpeg": JPEG, "gif": GIF, "mp4": MP4, "webm": WEBM, "bmp": BMP, "tiff": TIFF,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "portable anymap": b"P3\n1 1\n255\n0 0 0\n",
    "rich text": rb"{\rtf1 {\pict\pngblip 8950}}",
    "picture written as letters": b"see " + base64.b64encode(PNG + bytes(90)),
    "picture in a data address": b"<img src='data:image/webp;base64,AAAA'>",
    "picture behind a text": "報告".encode() + PNG,
    "picture behind a pdf": pdf(after=JPEG),
    "anything behind a pdf": pdf(after=b"more"),
    "pdf behind a picture": JPEG + pdf(),
    "pdf with a picture": pdf(b"3 0 obj\n<< /Subtype /Image /Width 9 >>\nendobj"),
    "pdf with a picture by an escaped name": pdf(b"3 0 obj\n<< /Subtype /Im#61ge >>\nendobj"),
    "pdf with a picture in a packed part": pdf(stream=b"<< /Type /XObject /Subtype /Image >>"),
    "pdf with a picture in its text": pdf(stream=b"q BI /W 1 /H 1 /BPC 8 ID x EI Q"),
    "pdf with a picture in its text, packed twice": packed_pdf(TWICE, deflate(deflate(INLINE))),
    "pdf packed twice that says so by short names": packed_pdf(b"[/Fl /Fl]", deflate(deflate(INLINE))),
    "pdf packed twice that says it is packed once": packed_pdf(b"/FlateDecode", deflate(deflate(INLINE))),
    "pdf packed more often than anybody needs": packed_pdf(b"/Fl", deflate(deflate(deflate(deflate(deflate(b"q Q")))))),
    "pdf that says it is packed and cannot be unpacked": packed_pdf(b"/FlateDecode", deflate(INLINE)[:-4] + b"9999"),
    "pdf packed once that says it is packed twice": packed_pdf(b"[/FlateDecode /Fl#61teDecode]", deflate(b"q Q")),
    "pdf that says elsewhere how it is packed": packed_pdf(b"7 0 R", deflate(b"q Q")),
    "pdf with shifted bytes": packed_pdf(b"/FlateDecode /DecodeParms << /Predictor 12 >>", deflate(b"q Q")),
    "bmp written as letters": b"see " + base64.b64encode(REAL_BMP),
    "bmp written as letters in short lines": b"\n".join(re.findall(b".{1,7}", base64.b64encode(REAL_BMP))),
    "tiff written as letters": base64.b64encode(TIFF[:8] + bytes(60)),
    "tiff of the other order written as letters": base64.b64encode(b"MM\x00*\x00\x00\x00\x08" + bytes(60)),
    "large tiff written as letters": base64.b64encode(b"II+\x00\x08\x00" + bytes(60)),
    "picture as a dump": b"\n".join(re.findall(b".{1,32}", JPEG.hex().encode())),
    "picture as a dump with places and letters": b"00000000: 8950 4e47 0d0a 1a0a 0000 000d 4948 4452  .PNG........IHDR",
    "picture as a dump of swapped words": b"0000000 5089 474e 0a0d 0a1a 0000 0d00 4849 5244",
    "picture as numbers of a program": b"{" + b", ".join(b"0x%02X" % one for one in GIF) + b"}",
    "picture as decimal numbers": b"[" + b", ".join(b"%d" % one for one in PNG) + b"]",
    "picture as octal numbers": b"0000000 " + b" ".join(b"%03o" % one for one in JPEG),
    "picture in a mail, letter by letter": quopri.encodestring(b"see: " + JPEG, quotetabs=True),
    "picture in a mail, lines broken": b"=89PNG=0D=\n=0A=1A=0A=00=00",
    "picture in a mail, only named": b"MIME-Version: 1.0\nContent-Type: image/jpeg\n\n(cut)",
    "picture in an address": b"page?x=" + quote(JPEG).encode(),
    "pdf with a file": pdf(b"3 0 obj\n<< /Type /EmbeddedFile >>\nendobj"),
    "pdf that is locked": pdf(b"3 0 obj\n<< /Encrypt 9 0 R >>\nendobj"),
    "docx with a picture": office(("word/media/image1.png", PNG)),
    "docx with a picture under another name": office(("word/styles.xml", JPEG)),
    "docx with an old bitmap": office(("word/styles.xml", BMP)),
    "docx with a drawing": office(("word/drawing.xml", b"<svg:svg xmlns:svg='x'/>")),
    "docx with an archive": office(("word/x.xml", office())),
    "docx behind a picture": PNG + office(),
    "odt with a picture": opened(ODT, ("Pictures/1.jpg", JPEG)),
    "an archive of no document": opened(b"application/zip"),
    "a broken archive": office()[:60],
    "a program": b"\x7fELF" + bytes(60),
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "too large": b"a" * (LARGEST + 1),
}  # fmt: skip


@pytest.mark.parametrize("case", TAKEN)
def test_a_document_is_known_by_its_content(case: str) -> None:
    content, kind = TAKEN[case]
    assert document_kind(content) == kind


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_or_may_be_a_picture_is_refused(case: str) -> None:
    with pytest.raises(BadInputError):
        document_kind(REFUSED[case])


@pytest.fixture(params=["open", "encrypted"])
def room(
    request: pytest.FixtureRequest, db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Room:
    settings.HOME = open_home(tmp_path / "home")
    if request.param == "encrypted":
        monkeypatch.setenv(VALUE, Identity.make().text)
    return make_room()


def documents() -> list[Path]:
    """The folders of what is kept."""
    return sorted(installation.HOME.attachments.iterdir())


@pytest.fixture
def dossier(room: Room) -> Dossier:
    return make_dossier(room)


def test_a_picture_called_a_document_leaves_nothing_behind(room: Room, dossier: Dossier, settings: Settings) -> None:
    with pytest.raises(BadInputError, match="picture"):
        attach(dossier, by=room.analyst, name="report.pdf", content=PNG)
    assert not Attachment.objects.exists()
    assert not (settings.HOME.root / "attachments").exists()


def test_a_document_lies_under_its_hash_once_and_comes_back_the_same(room: Room, dossier: Dossier) -> None:
    content = TAKEN["text"][0]
    one = attach(dossier, by=room.analyst, name="../../etc/写し.txt", content=content)
    attach(make_dossier(room), by=room.analyst, name="same.txt", content=content)
    assert (one.name, one.size) == ("写し.txt", len(content))
    assert content_of(dossier, one.pk)[1] == content
    assert [path.name for path in documents()] == [one.sha256]
    with pytest.raises(RefusedError):
        attach(dossier, by=room.analyst, name="again.txt", content=content)


def test_a_document_that_is_no_longer_what_was_attached_is_not_handed_out(room: Room, dossier: Dossier) -> None:
    one = attach(dossier, by=room.analyst, name="a.txt", content=b"as it was")
    document_file(installation.HOME, one.sha256).write_bytes(b"as it was not")
    with pytest.raises(NotFoundError, match="damaged"):
        content_of(dossier, one.pk)


def test_the_page_takes_and_hands_out_documents_safely(room: Room, dossier: Dossier) -> None:
    client = signed_in(room.analyst)
    page = f"/operations/{room.operation.slug}/persons/{dossier.person_code}/notes"
    refused = client.post(page, {"act": "attach", "document": io.BytesIO(PNG)})
    assert refused.status_code == 422
    file = io.BytesIO(b"<script>alert(1)</script>")
    file.name = 'x"\r\n.html'
    assert client.post(page, {"act": "attach", "document": file}).status_code == 302
    answer = client.get(page, {"document": Attachment.objects.get().pk})
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    client.force_login(room.stranger)
    assert client.get(page, {"document": Attachment.objects.get().pk}).status_code == 404


def test_documents_of_an_erased_person_go_and_those_of_others_stay(room: Room, dossier: Dossier) -> None:
    other = make_dossier(room)
    shared, own = b"of both", b"of one alone"
    kept = attach(other, by=room.analyst, name="a.txt", content=shared)
    attach(dossier, by=room.analyst, name="b.txt", content=shared)
    attach(dossier, by=room.analyst, name="c.txt", content=own)
    with documents_erased(room.operation, dossier.person_code):
        delete_person(room.operation, dossier.person_code, [])
    assert content_of(other, kept.pk)[1] == shared
    assert [path.name for path in documents()] == [kept.sha256]


def test_an_erasure_that_fails_leaves_the_documents_and_one_that_is_done_again_removes_them(
    room: Room, dossier: Dossier
) -> None:
    one = attach(dossier, by=room.analyst, name="a.txt", content=b"of one")
    with pytest.raises(OSError, match="power"), documents_erased(room.operation, dossier.person_code):
        raise OSError("the power went")
    assert content_of(dossier, one.pk)[1] == b"of one"
    # Killed between: set apart, the database has let the person go, nothing was removed.
    [folder] = documents()
    folder.rename(folder.with_name(f"{one.sha256}.erasing"))
    delete_person(room.operation, dossier.person_code, [])
    with documents_erased(room.operation, dossier.person_code):
        pass
    assert documents() == []


def test_what_is_attached_to_another_while_it_is_set_apart_comes_back(room: Room, dossier: Dossier) -> None:
    attach(dossier, by=room.analyst, name="a.txt", content=b"of both")
    with documents_erased(room.operation, dossier.person_code):
        delete_person(room.operation, dossier.person_code, [])
        other = make_dossier(room)
        late = attach(other, by=room.analyst, name="b.txt", content=b"of both")
        # As if it had been seen there just before it was set apart.
        shutil.rmtree(installation.HOME.attachments / late.sha256)
    assert content_of(other, late.pk)[1] == b"of both"


@pytest.mark.django_db(transaction=True)
def test_what_is_being_attached_is_not_taken_for_nobodys_while_an_erasure_settles(
    settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = open_home(tmp_path / "home")
    with acting_for_installation():
        room = make_room()
        other, gone = make_dossier(room), make_dossier(room)
        sha256 = attach(gone, by=room.analyst, name="a.txt", content=b"of both").sha256
        delete_person(room.operation, gone.person_code, [])

        def settles() -> None:
            with closing(connection), acting_for_installation():
                set_apart(installation.HOME, sha256)
                with documents_erased(room.operation, gone.person_code):
                    pass

        erasure = Thread(target=settles)

        def not_committed_yet(**_said: object) -> None:
            erasure.start()
            erasure.join(2)

        post_save.connect(not_committed_yet, sender=Attachment)
        try:
            late = attach(other, by=room.analyst, name="b.txt", content=b"of both")
        finally:
            post_save.disconnect(not_committed_yet, sender=Attachment)
            erasure.join()
        assert content_of(other, late.pk)[1] == b"of both"
        assert [path.name for path in documents()] == [sha256]


def test_a_document_lies_encrypted_where_the_store_is_and_only_there(room: Room, dossier: Dossier) -> None:
    one = attach(dossier, by=room.analyst, name="a.txt", content="佐藤 葵への照会".encode())
    file, key = document_file(installation.HOME, one.sha256), store_key()
    assert has_key(file.parent) == is_encrypted(file) == (key is not None)
    assert ("佐藤".encode() in file.read_bytes()) == (key is None)


def test_nothing_is_attached_without_the_key_where_others_are_encrypted(
    room: Room, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = attach(dossier, by=room.analyst, name="a.txt", content=b"of one")
    if store_key() is None:
        return
    monkeypatch.delenv(VALUE)
    with pytest.raises(EnvironmentProblemError, match="no key is named: set SOKEN_STORE_KEY_FILE"):
        attach(dossier, by=room.analyst, name="b.txt", content=b"of another")
    with pytest.raises(EnvironmentProblemError, match="no key is named"):
        content_of(dossier, one.pk)
    assert Attachment.objects.count() == len(documents()) == 1
