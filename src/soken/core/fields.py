"""The fields that a seized row can fill: what a row claims about a person, a parcel and a purchase.

This is the vocabulary that shop profiles map columns to, that ``rows.parquet`` has as columns (text exactly as
typed, null where the row says nothing), and that normalise reads. Adding a field here adds a column everywhere.
"""

from __future__ import annotations

from enum import StrEnum


class Group(StrEnum):
    """What a field speaks of."""

    HOLDER = "holder"
    ADDRESSEE = "addressee"
    PAYER = "payer"
    PURCHASE = "purchase"
    ACCOUNT = "account"


# fmt: off
_HOLDER = [
    "full_name", "family_name", "given_name", "full_kana", "family_kana", "given_kana",
    "email", "email2", "phone", "phone2",
    "postal_code", "prefecture", "city", "address", "address2", "country",
    "birth_date", "sex", "company", "occupation", "id_number",
]
_ADDRESSEE = [
    "ship_full_name", "ship_family_name", "ship_given_name", "ship_full_kana", "ship_family_kana", "ship_given_kana",
    "ship_phone", "ship_postal_code", "ship_prefecture", "ship_city", "ship_address", "ship_address2", "ship_country",
]
_PAYER = ["payer_name", "card"]
_PURCHASE = [
    "order_no", "ordered_at", "item_code", "quantity", "amount", "currency", "payment_method", "order_status",
]
_ACCOUNT = ["account", "login", "device", "registered_at", "last_login_at", "ip"]
# fmt: on

#: Every field and its group, in the order in which pages and files show them.
#: ``account`` is the shop's own key of the customer; ``address`` is the street part, or the whole address where the
#: shop keeps it in one column; ``address2`` the building; ``id_number`` any personal number that the shop asked for;
#: ``card`` what a shop keeps of a payment card: its last four digits and when it ends; ``device`` the number of a
#: telephone or computer, as apps give it.
FIELDS: dict[str, Group] = {
    **dict.fromkeys(_HOLDER, Group.HOLDER),
    **dict.fromkeys(_ADDRESSEE, Group.ADDRESSEE),
    **dict.fromkeys(_PAYER, Group.PAYER),
    **dict.fromkeys(_PURCHASE, Group.PURCHASE),
    **dict.fromkeys(_ACCOUNT, Group.ACCOUNT),
}

#: Fields that a column may be mapped to but that never reach a table: their values become an ``item_code``.
SECRET_FIELDS: frozenset[str] = frozenset({"item_title", "item_key"})


class RowKind(StrEnum):
    """What an accepted row is to a person."""

    IDENTITY = "identity"  # claims an identity itself (a customer, an order with a name)
    ATTACHED = "attached"  # belongs to an identity row (an order item, an address, a post-meta line)
    OTHER = "other"  # speaks of nobody (a product, a setting); kept, counted, linked to no person
