"""Words for codes: fields of a row, kinds of claims, custody events; in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from soken.casework.language import page_language as page_language
from soken.core.fields import Group
from soken.intake.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

#: Field → what people call it.
FIELD_WORDS: Final[dict[str, _StrPromise]] = {
    "full_name": _("Full name"),
    "family_name": _("Family name"),
    "given_name": _("Given name"),
    "full_kana": _("Full name, reading"),
    "family_kana": _("Family name, reading"),
    "given_kana": _("Given name, reading"),
    "email": _("Mail address"),
    "email2": _("Second mail address"),
    "phone": _("Phone"),
    "phone2": _("Second phone"),
    "postal_code": _("Postal code"),
    "prefecture": _("Prefecture"),
    "city": _("City"),
    "address": _("Address"),
    "address2": _("Building"),
    "country": _("Country"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "company": _("Company"),
    "occupation": _("Occupation"),
    "id_number": _("Personal number"),
    "ship_full_name": _("Addressee: full name"),
    "ship_family_name": _("Addressee: family name"),
    "ship_given_name": _("Addressee: given name"),
    "ship_full_kana": _("Addressee: full name, reading"),
    "ship_family_kana": _("Addressee: family name, reading"),
    "ship_given_kana": _("Addressee: given name, reading"),
    "ship_phone": _("Addressee: phone"),
    "ship_postal_code": _("Addressee: postal code"),
    "ship_prefecture": _("Addressee: prefecture"),
    "ship_city": _("Addressee: city"),
    "ship_address": _("Addressee: address"),
    "ship_address2": _("Addressee: building"),
    "ship_country": _("Addressee: country"),
    "payer_name": _("Payer's name"),
    "order_no": _("Order number"),
    "ordered_at": _("Ordered"),
    "item_code": _("Item code"),
    "quantity": _("Quantity"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "payment_method": _("Payment method"),
    "order_status": _("Order status"),
    "account": _("Shop's customer key"),
    "login": _("Sign-in name"),
    "card": _("Payment card"),
    "device": _("Device"),
    "registered_at": _("Registered"),
    "last_login_at": _("Last signed in"),
    "ip": _("IP address"),
    "item_title": _("Item title (becomes a code)"),
    "item_key": _("Item key (becomes a code)"),
}

#: What stands for the profile where none was used.
NO_PROFILE: Final = _("none: by headings and content")

#: Locale of a file → what people call it.
LOCALE_WORDS: Final[dict[str, _StrPromise]] = {
    "ja": _("Japanese list"),
    "intl": _("international list"),
}

#: Kind of claim → what people call it.
CLAIM_WORDS: Final[dict[str, _StrPromise]] = {
    "name": _("Name"),
    "kana": _("Reading"),
    "email": _("Mail"),
    "phone": _("Phone"),
    "address": _("Address"),
    "birth": _("Birth date"),
}

#: Group of fields → whom or what they speak of.
GROUP_WORDS: Final[dict[Group, _StrPromise]] = {
    Group.HOLDER: _("Account holder"),
    Group.ADDRESSEE: _("Addressee"),
    Group.PAYER: _("Payer"),
    Group.PURCHASE: _("Purchase"),
    Group.ACCOUNT: _("Account"),
}

#: Kind of row → what it is to a person.
KIND_WORDS: Final[dict[str, _StrPromise]] = {
    "identity": _("claims an identity"),
    "attached": _("belongs to another row"),
    "other": _("speaks of nobody"),
}

#: How a column's field was decided.
HOW_WORDS: Final[dict[str, _StrPromise]] = {
    "profile": _("by the profile"),
    "heading": _("by its heading"),
    "content": _("by its content"),
    "given": _("by a person"),
    "taken": _("another column was chosen for its field"),
}

#: What a reader found out about a table → what people call it.
FOUND_WORDS: Final[dict[str, _StrPromise]] = {
    "encoding": _("Encoding"),
    "declared": _("Encoding, as the file says"),
    "guessed": _("Encoding, found out"),
    "delimiter": _("Delimiter"),
    "quotation mark": _("Quotation mark"),
    "escape": _("Escape"),
    "heading line": _("Line of the headings"),
    "heading": _("Line of the headings"),
    "lines before the heading line": _("Lines before the headings"),
    "above the heading": _("Lines before the headings"),
    "blank lines": _("Blank lines"),
    "width": _("Width"),
    "numbers": _("Numbers"),
    "visibility": _("Hidden"),
    "merged cells": _("Merged cells"),
    "passed over": _("Passed over"),
    "wal": _("Write-ahead log"),
}

#: Custody event → what happened.
CUSTODY_WORDS: Final[dict[str, _StrPromise]] = {
    "seized": _("seized"),
    "received": _("received"),
    "sealed": _("sealed: copied, hashed, made read-only"),
    "received-again": _("the same bytes were received again"),
    "read": _("read"),
    "verified": _("hash verified"),
    "handed-over": _("handed over"),
    "mended": _("an entry that was cut off was removed"),
}

#: Order of the list of persons → what it puts first.
ORDER_WORDS: Final[dict[str, _StrPromise]] = {
    "rows": _("most rows first"),
    "name": _("by claimed name"),
    "last": _("latest order first"),
    "prefecture": _("by prefecture"),
}

#: What a manifest can say of the seizure → what people call it; what is missing is said to be missing.
ACQUISITION_WORDS: Final[dict[str, _StrPromise]] = {
    "warrant": _("Warrant"),
    "seized_at": _("Seized when"),
    "seized_where": _("Seized where"),
    "seized_by": _("Seized by"),
    "scope": _("Relevance scope"),
}


#: Template filter that says a code → the table that it looks into.
NAMED: Final[Mapping[str, Mapping[Any, _StrPromise]]] = {
    "field_word": FIELD_WORDS,
    "claim_word": CLAIM_WORDS,
    "group_word": GROUP_WORDS,
    "kind_word": KIND_WORDS,
    "how_word": HOW_WORDS,
    "found_word": FOUND_WORDS,
    "custody_word": CUSTODY_WORDS,
    "locale_word": LOCALE_WORDS,
}


def reason_words(code: str) -> str:
    """Return why a row was set aside, in the language of the page; an unknown code stands for itself."""
    english, japanese = REASONS.get(code, (code, code))
    return japanese if page_language() == "ja" else english
