"""From levels and weights to a band: the rules that weights alone cannot replace.

Weights add up as if the comparisons were independent. They are not: a family shares its mail, phone and address, so
three agreeing contacts beside two different given names are one proof (of a household), not three. So:

- *same* needs no contradiction, and the name plus at least one further proof that is not the name;
- contradictions are: two well-formed given names that differ, two sure birth dates that differ, sex, two personal
  numbers that differ. One contradiction against much agreement goes to *review*; else the pair is *different*;
- the same name and address with every known contact differing may be somebody using another's identity: *review*,
  unless both mails bear the name. A birth date that agrees as well does not help: who uses an identity knows it;
- where the name agrees in part only (a possible reading, another family name, half of it), most rules take a contact
  for a proof only as long as no third name has it: whom of three it belongs to, a part of a name does not tell.

A pair of which one side alone is frozen (`soken.resolve.frozen`) is *different*, before any rule.

Each rule is a line of `RULES`; the first that holds decides. Their words are in ``phrases.toml``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from soken.resolve.adjust import IS_JA, adjusted_weights
from soken.resolve.levels import COMPARISONS
from soken.resolve.likely import likely_sql
from soken.resolve.score import prior

if TYPE_CHECKING:
    from soken.resolve.engine import Connection
    from soken.resolve.reliability import Reliability

#: A pair weighs enough to be called the same from here on (posterior log2 odds; 6.6 bits are odds of 100 to 1).
ENOUGH = 6.6
#: No shop lets two customers sign in by one name: where more than this share of the names have several customer
#: numbers, they are no more than what an account shows.
_SHOWN = 0.05
#: Where more sign-in names than this, and than this share of all, are one word with other figures (user849438), the
#: figures are the platform's.
_ISSUED, _ISSUED_SHARE = 20, 0.02
#: What a review is worth at least.
WORTH_A_LOOK = 0.0

_NAME = ("same", "reading", "spelling", "swapped")


def _one_of(comparison: str, *levels: str) -> str:
    """Return the condition that a comparison is at one of these levels (false where it is silent)."""
    return f"coalesce(lv_{comparison} IN ({', '.join(repr(level) for level in levels)}), false)"


#: A sign-in name that is one's own. A name that is only shown may have many bearers, unless figures mark it.
_LOGIN_OWN = f"{_one_of('login', 'same')} OR {_one_of('login', 'worn')} AND NOT logins_shown"

#: What the rules speak of, in terms of levels.
FACTS: dict[str, str] = {
    "family_ok": _one_of("family", *_NAME, "fits"),
    "given_fits": _one_of("given", "fits") + " OR " + _one_of("name", "fits"),
    "given_ok": _one_of("given", *_NAME),
    "whole_ok": _one_of("name", "same", "reading", "spelling", "swapped"),
    "family_close": _one_of("family", "close", "near", "order", "words", "initial", "close-known"),
    "family_open": _one_of("family", "unsure", "misfit"),
    "given_close": _one_of("given", "close", "order", "words", "initial", "nickname"),
    "given_soft": _one_of("given", "close-known", "near"),
    "given_unsure": _one_of("given", "unsure") + " OR " + _one_of("name", "unsure"),
    "given_misfit": _one_of("given", "misfit") + " OR " + _one_of("name", "misfit"),
    "given_differs": _one_of("given", "differ") + " OR " + _one_of("name", "differ"),
    "given_silent": "lv_given IS NULL AND lv_name IS NULL",
    "whole_part": _one_of("name", "part"),
    "whole_close": _one_of("name", "close"),
    "nameless": "lv_given IS NULL AND lv_name IS NULL AND lv_family IS NULL",
    "own_phone": _one_of("phone", "same") + " AND coalesce(one_mobile, false)",
    "landline": f"coalesce(NOT one_mobile, false) AND NOT {_one_of('email', 'same', 'tag')}",
    "contact": f"({_one_of('email', 'same', 'tag')}::INT + {_one_of('phone', 'same')}::INT)",
    "place": f"({_one_of('address', 'same', 'street', 'building')}"
    f" OR (NOT pair_ja AND {_one_of('address', 'close', 'words')}))::INT",
    "personal": f"({_one_of('birth', 'same')}::INT + {_one_of('account', 'same')}::INT"
    f" + ({_LOGIN_OWN})::INT + {_one_of('card', 'same')}::INT)",
    # The tablet in the living room.
    "lent": f"{_one_of('device', 'same')}::INT",
    "area": _one_of("address", "same", "street", "building", "close", "words", "near", "place", "town"),
    "elsewhere": f"{_one_of('address', 'prefecture', 'differ')}"
    f" OR NOT pair_ja AND {_one_of('address', 'near', 'town', 'place')} AND streets",
    "birth_like": _one_of("birth", "same", "close"),
    "id_like": _one_of("id_number", "same", "close"),
    "hint": f"({_one_of('email', 'close', 'local', 'near')}::INT + {_one_of('phone', 'close')}::INT"
    f" + {_one_of('address', 'close', 'words')}::INT + ({_one_of('address', 'place')} AND NOT streets)::INT"
    f" + (pair_ja AND {_one_of('address', 'near', 'town')})::INT"
    f" + {_one_of('birth', 'close', 'near')}::INT"
    f" + {_one_of('id_number', 'close', 'near')}::INT + {_one_of('company', 'same')}::INT)",
    "id_same": _one_of("id_number", "same"),
    "id_differs": _one_of("id_number", "differ"),
    "birth_differs": _one_of("birth", "differ"),
    "sex_differs": _one_of("sex", "differ"),
    "contact_differs": f"({_one_of('email', 'differ')}::INT + {_one_of('phone', 'differ')}::INT)",
    "same_account": f"{_one_of('account', 'same')} OR {_LOGIN_OWN}",
    "only_initial": _one_of("given", "initial"),
    # Where most give no mail, a new telephone alone is no sign of somebody else.
    "mail_unasked": "lv_email IS NULL AND mails_rare",
    "other_kind": _one_of("phone", "other-kind"),
    "contact_near": f"({_one_of('email', 'close', 'local', 'near')} OR {_one_of('phone', 'close')})",
}

#: Facts that rest on facts.
MORE_FACTS: dict[str, str] = {
    "fits_ok": "given_fits AND (family_ok OR lv_name = 'fits')",
    "name_ok": "(family_ok AND given_ok) OR whole_ok",
    "name_close": "(family_ok AND given_close) OR (family_close AND (given_ok OR given_close)) OR whole_close",
    "family_doubt": "family_open AND (given_ok OR given_fits)",
    "marks": "(given_ok OR given_close OR whole_ok OR whole_close)::INT + birth_like::INT + id_like::INT",
    # A pet form or a slip is a name too, where nothing of all the rest is another's; twins' names alike are Japanese.
    "own": "id_same OR (given_ok OR whole_ok)::INT + birth_like::INT + id_like::INT >= 2"
    " OR NOT pair_ja AND name_close AND lv_birth = 'same' AND contact + place >= 2",
    # Of Nguyen Van Khanh and Nguyen Duc Toan the one word in common is the family name, wherever a form puts it.
    "married": "given_ok AND NOT family_ok AND NOT family_close AND lv_family IS NOT NULL AND NOT one_word",
    "given_missing": "(family_ok AND given_silent) OR whole_part",
    "proofs": "contact + place + personal + lent",
    # Where many rows lack the one contact and many the other, a single one that differs is not "every contact".
    "half_said": "contacts_patchy AND (lv_email IS NULL OR lv_phone IS NULL)",
    # One name at one place and every contact that both sides give is another: somebody else may be using the identity.
    "apart_but_name": "NOT id_same AND contact = 0 AND place > 0 AND NOT contact_near AND NOT same_account"
    " AND (contact_differs = 2"
    " OR (contact_differs = 1 AND (personal = 0 AND NOT mail_unasked AND NOT half_said OR mail_other OR other_kind)))",
    "fits_only": "one_side_kanji AND (given_fits OR coalesce(lv_given IN ('close', 'initial'), false))",
    # One mailbox, now the landline and now the mobile: that says nothing against a reading that is possible.
    "kinds_apart": "other_kind AND NOT (given_fits AND contact > 0)",
    "own_mails": f"mails_own AND ({_one_of('given', 'same')} OR {_one_of('name', 'same')}) AND NOT one_generation",
    "against": "generations_differ::INT + given_differs::INT + birth_differs::INT + sex_differs::INT + id_differs::INT",
}

#: (condition, band, review reason), the first that holds decides. Order: personal number, contradictions, agreements.
RULES: tuple[tuple[str, str, str | None], ...] = (
    # Father and son of one name say so themselves.
    ("generations_differ AND NOT id_same", "different", None),
    # A second mailbox of one's own bears one's own name; somebody who uses another's identity has a mailbox of his own.
    ("name_ok AND against = 0 AND apart_but_name AND NOT own_mails", "review", "contacts-differ"),
    # Name, birth date and personal number are a person's own, nobody's household's: two of them outvote the third.
    ("against <= 1 AND NOT sex_differs AND marks >= 2 AND (area OR contact > 0) AND weight >= 6.6 + 3 * against",
     "same", None),
    ("id_same AND weight >= 6.6 + 6 * against", "same", None),
    ("id_same", "review", "id-same-name-differs"),
    # In a list with careless columns the weights, which know how careless, decide over what differs there.
    ("soft > 0 AND against = 0 AND marks >= 1 AND (area OR contact > 0) AND weight >= 4.3", "same", None),
    ("against >= 2", "different", None),
    ("birth_differs AND (name_ok OR name_close) AND contact + place >= 1 AND proofs >= 2", "review", "birth-differs"),
    ("birth_differs", "different", None),
    ("sex_differs AND name_ok AND proofs >= 1 AND weight >= 0", "review", "sex-differs"),
    ("sex_differs", "different", None),
    ("id_differs AND name_ok AND proofs >= 1", "review", "id-differs"),
    ("id_differs", "different", None),
    ("given_differs AND family_ok AND lv_account = 'same' AND contact >= 1", "review", "given-differs"),
    ("given_differs AND family_ok AND lv_birth = 'same' AND proofs >= 3", "review", "given-differs"),
    # No household and no office: two surnames, and a mailbox and a telephone that only these two have in common.
    ("given_differs AND (lv_family = 'differ' OR (lv_name = 'differ' AND other_begin)) AND contact = 2"
     " AND two_names AND NOT area", "review", "other-name"),
    # Who lives abroad has a name of many words that the host country's forms cut and turn as they like. Two of one home
    # with another surname each hardly have both a mailbox and a mobile in common.
    ("given_differs AND pair_ja AND many_words AND (lv_family = 'differ' OR lv_name = 'differ') AND contact = 2"
     " AND own_phone", "review", "other-name"),
    # Slip upon slip, one half of a name by marriage, a name divided in the wrong place: mailbox, birth date and one
    # proof more are no relative's.
    ("given_differs AND NOT family_ok AND lv_birth = 'same' AND lv_email = 'same' AND proofs >= 3", "review",
     "other-name"),
    # Where there is nothing but a name and a telephone: a slip, or somebody of the house.
    ("given_differs AND bare AND contact >= 1 AND lv_name = 'differ'", "review", "other-name"),
    ("given_differs", "different", None),
    ("one_word AND given_ok AND NOT family_ok AND contact = 2 AND own_phone", "review", "family-differs"),
    # Two kanji that nobody divided may be a surname alone, which a whole house bears.
    ("short_whole AND contact < 2 AND contact_differs > 0 AND personal = 0 AND weight >= 0", "review", "given-missing"),
    # Who is called by another reading of the kanji, as the mailbox says, is another one of the house.
    ("called_otherwise AND contact < 2 AND personal = 0 AND family_ok AND lv_given = 'reading' AND weight >= 0",
     "review", "given-unsure"),
    # In one house two given names that sound alike are two names, unless something of one's own says otherwise.
    ("name_ok AND lv_given = 'spelling' AND contact + personal = 0 AND NOT id_same AND weight >= 0", "review",
     "given-unsure"),
    # A house nearby, and no contact in common: that is what namesakes in one town look like.
    ("name_ok AND NOT pair_ja AND contact + personal = 0 AND lv_address IN ('close', 'words') AND lv_email IS NOT NULL"
     " AND NOT contact_near AND NOT id_same AND NOT birth_like AND weight >= 0", "review", "namesake"),
    ("name_ok AND proofs >= 1 AND weight >= 3", "same", None),
    ("name_ok AND hint >= 2 AND contact_differs = 0 AND weight >= 6.6", "same", None),
    # A missing underscore once sent police to strangers: beside another home a mailbox nearly alike is a question.
    ("name_ok AND contact_near AND contact_differs = 0 AND NOT elsewhere AND weight >= 10"
     " AND coalesce(lv_phone <> 'other-kind', true)", "same", None),
    # Where there is no mail: strangers of one name whose telephones differ by one slip are one pair in 10,000 lists;
    # nobody chooses a number for its likeness, as namesakes choose mailboxes.
    ("name_ok AND lv_phone = 'close' AND lv_email IS NULL AND NOT elsewhere AND weight >= 6.6", "same", None),
    # Somebody of the same house shares one contact and not the other; a reading that only may be right is not enough.
    ("fits_only AND (contact_differs > 0 OR kinds_apart) AND family_ok AND weight >= 0", "review",
     "given-unsure"),
    # Whom a mailbox or a telephone of three names belongs to, a reading that only may be right does not tell.
    ("fits_ok AND contact + personal >= 1 AND (NOT crowded OR contact = 2 OR personal >= 1) AND weight >= 6.6",
     "same", None),
    ("fits_ok AND contact >= 1 AND weight >= 6.6", "review", "given-unsure"),
    ("name_ok AND proofs >= 1 AND weight >= 0", "review", "weak"),
    ("name_ok AND proofs = 0 AND hint = 0 AND bare AND lv_phone IS NULL AND weight >= 2", "review", "name-only"),
    # A landline here and a mobile there say nothing; another contact makes namesakes likelier.
    ("name_ok AND proofs = 0 AND hint = 0 AND bare AND (other_kind AND weight >= 2 OR lv_email = 'differ')"
     " AND weight >= -2", "review", "name-only"),
    ("name_ok AND hint >= 1 AND contact_differs = 0 AND weight >= 2", "review", "weak"),
    ("name_ok AND hint >= 1 AND weight >= 6.6", "review", "namesake"),
    ("only_initial AND family_ok AND contact_differs > 0 AND weight >= 0", "review", "name-close"),
    # Twins share a birth date and a home, and Mary is no Margaret.
    ("lv_given = 'nickname' AND family_ok AND contact = 0 AND contact_differs > 0 AND weight >= 0", "review",
     "name-close"),
    # Robert and Roberta of one house, at its landline, each with a mailbox.
    ("family_ok AND given_close AND contact = 1 AND landline AND contact_differs > 0 AND personal = 0 AND weight >= 0",
     "review", "name-close"),
    # One slip in a name beside a shared contact: slips are a hundred times commoner than relatives so named.
    ("((family_ok AND (lv_given IN ('close', 'nickname', 'initial'))) OR (lv_family = 'close' AND given_ok)"
     " OR whole_close) AND contact >= 1 AND weight >= 8", "same", None),
    # Mother and daughter of a house may be so named: beside both contacts, or a mark of one's own, it is a short form.
    # So may Tran Van Minh and Tran Van Linh: whether the letter in which long names differ is a slip, nobody can tell.
    ("(lv_given = 'words' OR lv_family = 'words' OR pair_ja AND many_words AND lv_given = 'close'"
     " AND lv_family = 'close') AND name_close AND personal = 0 AND NOT (contact = 2 AND own_phone)"
     " AND contact + place >= 1 AND weight >= 0", "review", "name-close"),
    ("name_close AND (proofs >= 2 OR (proofs >= 1 AND hint >= 1)) AND weight >= 6.6", "same", None),
    ("name_close AND proofs + hint >= 1 AND weight >= 0", "review", "name-close"),
    ("family_doubt AND contact = 2 AND place > 0 AND weight >= 6.6", "same", None),
    # Whoever has another surname and the same given name in the same kanji, in one home, has married.
    ("pair_ja AND married AND lv_given = 'same' AND lv_address = 'same' AND contact_differs = 0 AND weight >= 2",
     "same", None),
    # Another surname, the same given name, one contact: who marries. No two of a house share a given name.
    ("(family_doubt OR married) AND given_ok AND contact >= 1 AND contact_differs = 0"
     " AND (NOT crowded OR contact = 2 AND place > 0)"
     " AND (place > 0 OR lv_given IN ('same', 'reading')) AND weight >= 0", "same", None),
    # A list of names and one contact cannot show more than this: who marries keeps mailbox, mobile and given name.
    # That two people share both has not been met.
    ("(family_doubt OR married) AND given_ok AND bare AND (lv_email = 'same' OR own_phone) AND weight >= 3",
     "same", None),
    ("family_doubt AND proofs >= 1 AND weight >= 0", "review", "family-differs"),
    ("given_soft AND NOT pair_ja AND family_ok AND contact = 2 AND place > 0 AND lv_birth = 'same' AND weight >= 6.6",
     "same", None),
    ("given_soft AND family_ok AND proofs >= 3 AND personal >= 1 AND weight >= 6.6", "review", "name-close"),
    ("given_soft AND family_ok AND (contact >= 2 OR bare AND contact >= 1) AND weight >= 0", "review", "name-close"),
    # In a house with one telephone for many live two of one given name and of two families.
    ("married AND proofs >= 2 AND NOT crowded AND weight >= 6.6", "same", None),
    ("married AND proofs >= 1 AND weight >= -4", "review", "family-differs"),
    ("lv_given = 'initial' AND lv_family = 'differ' AND contact >= 1 AND place > 0", "review", "family-differs"),
    ("lv_family IS NOT NULL AND (given_close OR given_soft) AND contact = 2 AND place > 0", "review", "name-close"),
    # A closer look found that the kanji can hardly be read so (closer.py): of 600 such pairs on invented lists 3 were
    # one person. A question about each would crowd out every other.
    ("given_misfit AND personal = 0", "different", None),
    ("given_misfit AND family_ok AND contact >= 1 AND weight >= 0", "review", "reading-misfit"),
    ("given_soft AND family_close AND lv_birth = 'same' AND contact >= 1 AND proofs >= 3", "review", "name-close"),
    # Twins share a birth date, a home and often a mailbox, hardly ever a telephone as well.
    ("given_unsure AND family_ok AND personal >= 1 AND contact >= 1 AND contact_differs = 0 AND weight >= 6.6",
     "same", None),
    ("given_unsure AND contact + personal >= 1 AND weight >= 0", "review", "given-unsure"),
    ("fits_ok AND place > 0 AND contact_differs = 0 AND weight >= 0", "review", "given-unsure"),
    ("given_missing AND contact >= 1 AND personal >= 1 AND proofs >= 3 AND weight >= 6.6", "same", None),
    # Family name, home and birth date, or telephone and birth date: but for twins nobody shares them.
    ("given_missing AND lv_birth = 'same' AND proofs >= 2 AND contact_differs = 0 AND weight >= 6.6", "same", None),
    # A landline is a household's, a mobile its bearer's. Where one side alone gives its birth date, a family may share
    # all the rest: then the mailbox has to bear the given name.
    ("given_missing AND contact_differs = 0 AND contact >= 1 AND proofs >= 2 AND NOT landline AND weight >= 6.6"
     " AND (personal >= 1 OR given_in_mail AND coalesce(lv_birth <> 'near', true) OR no_births)",
     "same", None),
    # Who writes the family name alone does so again; that another in the house does too, on the same contact, is rare.
    ("given_missing AND both_half AND contact >= 1 AND contact_differs = 0 AND weight >= 6.6", "same", None),
    ("given_missing AND contact_differs = 0 AND bare AND own_phone AND weight >= 6.6", "same", None),
    # A mailbox or a mobile that the whole list knows under this name alone, now in full and now the half of it. Where
    # most give a birth date, whoever leaves it out may be another of the house: one in seven was. A mailbox of two
    # homes may be a family's.
    ("given_missing AND contact_differs = 0 AND contact >= 1 AND two_names AND NOT landline AND weight >= 6.6"
     " AND (personal >= 1 OR no_births AND (NOT elsewhere OR own_phone))", "same", None),
    ("given_missing AND contact + personal >= 1 AND weight >= 0", "review", "given-missing"),
    ("given_missing AND place > 0 AND contact_differs = 0 AND weight >= 0", "review", "given-missing"),
    ("given_silent AND NOT nameless AND contact = 2 AND place > 0", "review", "given-missing"),
    ("given_silent AND family_close AND contact_differs = 0 AND contact >= 1 AND personal >= 1 AND proofs >= 3"
     " AND weight >= 6.6", "same", None),
    ("given_silent AND family_close AND contact >= 1 AND proofs >= 2 AND weight >= 0", "review", "given-missing"),
    ("nameless AND contact + personal >= 2 AND weight >= 6.6", "same", None),
    # One customer number on one device: its holder has another mailbox now.
    ("nameless AND lv_account = 'same' AND lent > 0 AND contact_differs < 2 AND weight >= 6.6", "same", None),
    # An account without a name that bears the name of the other one's holder, with one card, mailbox or mobile.
    ("nameless AND called_so AND (lv_card = 'same' OR contact >= 1 AND NOT landline) AND contact_differs = 0"
     " AND weight >= 6.6", "same", None),
    # One customer number or one telephone, and a slip in the mail.
    ("nameless AND contact + personal >= 1 AND contact_near AND contact_differs = 0 AND weight >= 10", "same", None),
    # Where a platform asks for no name, the mailbox is all that an account is. Who opens a second account on one
    # mailbox calls it after the first (kuro50, kuro50_x); who shares one does not. Two customer numbers on two devices
    # are too much for a mailbox alone.
    ("unnamed AND lv_email IN ('same', 'tag') AND contact_differs = 0 AND (akin_login OR NOT other_login)"
     " AND (lv_email = 'tag' OR akin_login OR NOT two_holders) AND weight >= 2", "same", None),
    ("unnamed AND lv_login = 'same' AND NOT login_issued AND weight >= 4", "same", None),
    # Whoever signs in by another name on one device may be somebody else of the house.
    ("nameless AND lent + contact >= 2 AND (akin_login OR NOT other_login) AND weight >= 4", "same", None),
    ("unnamed AND lv_device = 'same' AND contact_differs = 0 AND (akin_login OR NOT other_login) AND weight >= 4",
     "same", None),
    ("unnamed AND lv_login = 'worn' AND contact_near AND contact_differs = 0 AND weight >= 4", "same", None),
    # Two strangers may hit on one sign-in name; hardly with three digits in it that are no year, or with one of them
    # calling a mailbox so, and at one provider.
    ("unnamed AND lv_login = 'worn' AND one_host AND (login_in_mail OR login_numbered AND NOT login_issued)"
     " AND NOT logins_shown AND contact_differs < 2 AND weight >= -6", "same", None),
    ("unnamed AND lv_email IN ('same', 'tag') AND other_login AND weight >= 0", "review", "other-login"),
    # A long sign-in name seldom has two bearers, as those who ask for it twice know: worth a question, no more.
    ("unnamed AND lv_login = 'worn' AND weight >= -6", "review", "login-only"),
    ("nameless AND contact + personal + lent >= 1 AND weight >= 0", "review", "nameless"),
    ("nameless AND contact_near AND lv_login IS NOT NULL AND contact_differs = 0 AND weight >= 0", "review",
     "nameless"),
)  # fmt: skip

#: Agreement on these only partly names the person; such a link never decides between two relatives (cluster.py).
PARTIAL = (
    "given_missing OR nameless OR given_unsure OR given_fits OR coalesce(lv_given IN ('initial', 'nickname'), false)"
)


def _bears(side: str) -> str:
    """Return the condition that the mailbox bears the given name of one side."""
    key = f"{side}.giv_key"
    return f"coalesce(length({key}) > 3 AND contains(split_part(one.mail1, '@', 1), {key}), false)"


#: Two names of three words or more, and all that they have in common is one of them. An initial is no word: whoever
#: marries gets another one.
_WHOLE = "list_filter({}.words, lambda word: length(word) > 1)"
_ONE_WORD = (
    f"least(len({_WHOLE.format('one')}), len({_WHOLE.format('two')})) >= 3 "
    "AND len(list_intersect(one.words, two.words)) <= 1"
)

#: One sign-in name is made of the other: kuro50 and kuro50_x; or both are of a third: kuro50_x and kuro502.
_SHORTER_LOGIN = "least(length(one.login_box), length(two.login_box))"
_AKIN = (
    f"coalesce({_SHORTER_LOGIN} >= 4 AND (starts_with(one.login_box, two.login_box) "
    "OR starts_with(two.login_box, one.login_box)) "
    f"OR {_SHORTER_LOGIN} >= 6 "
    f"AND left(one.login_box, {_SHORTER_LOGIN} - 1) = left(two.login_box, {_SHORTER_LOGIN} - 1), false)"
)


#: A sign-in name without its figures.
_STEM = "regexp_replace({}, '[0-9]+', '', 'g')"


def _named_after(side: str) -> str:
    """Return the condition that the mailbox of one side is called as its account is."""
    box = f"regexp_replace(lower({side}.mail_box), '[^a-z0-9]+', '', 'g')"
    # A case looks at the mailboxes of accounts alone: most lists have no sign-in names.
    named = f"coalesce(starts_with({box}, {side}.login_box), false)"
    return f"CASE WHEN {side}.login_box IS NOT NULL THEN {named} ELSE false END"


def _called_so(named: str, unnamed: str) -> str:
    """Return the condition that the account or the mailbox of a side without a name bears the other's holder's name.

    A mailbox only by the given name alone or the whole one: neither miyuki88 nor yuki.mori is a Sato Yuki's.
    """
    given, family = f"{named}.giv_key", f"{named}.fam_key"
    return (
        f"coalesce({unnamed}.name_key IS NULL AND ({unnamed}.login = {named}.giv OR length({given}) > 3 "
        f"AND ({unnamed}.login_box = {given} "
        f"OR coalesce({unnamed}.mail_letters IN ({given}, {given} || {family}, {family} || {given}), false))), false)"
    )


def _called_otherwise(kanji: str, typed: str) -> str:
    """Return the condition that the mailbox of a side in kanji bears their usual reading, and the other typed another.

    A reading that somebody typed for the kanji stands whatever the mailbox is called.
    """
    usual, other = f"{kanji}.giv_key", f"{typed}.giv_key"
    # Fujino is not called Jin.
    letters = f"replace({kanji}.mail_letters, coalesce({kanji}.fam_key, ' '), ' ')"
    # A case looks at the mailboxes of pairs in two scripts alone.
    return (
        f"CASE WHEN {kanji}.giv_han AND NOT {typed}.giv_han AND NOT {kanji}.sure THEN coalesce(length({usual}) > 2 "
        f"AND contains({letters}, {usual}) AND NOT contains({letters}, {other}) "
        f"AND NOT contains({usual}, {other}) AND NOT contains({other}, {usual}), false) ELSE false END"
    )


def _facts(reliability: Reliability) -> dict[str, str]:
    """Return `FACTS` for this list: what differs in a careless column is "soft", no contradiction."""
    facts = dict(FACTS)
    soft: list[str] = []
    for comparison, fact in (("given", "given_differs"), ("birth", "birth_differs"), ("id_number", "id_differs")):
        where = [
            which
            for locale, which in (("ja", "pair_ja"), ("intl", "NOT pair_ja"))
            if comparison in reliability.careless.get(locale, ())
        ]
        if where:
            soft.append(f"(({FACTS[fact]}) AND ({' OR '.join(where)}))::INT")
            facts[fact] = f"({FACTS[fact]}) AND NOT ({' OR '.join(where)})"
    return {**facts, "soft": " + ".join(soft) or "0"}


def decide(con: Connection, records: int, reliability: Reliability, *, only_names: bool = False) -> None:
    """Build the table ``decided`` from ``scored``: weights ``w_…``, levels ``lv_…``, ``weight``, ``band`` and more.

    Further columns: ``review_reason``, ``likely`` (that a question about the pair joins it, see `likely.py`),
    ``conflict`` (some contradiction), ``partial`` (see `PARTIAL`), ``firm`` (a contact or a personal mark agrees, not
    the place alone; two of them where the given name is missing, may be missing or is an initial), ``own`` (two
    personal marks agree), ``close_by`` (any proof beside the name).
    """
    names = [comparison.name for comparison in COMPARISONS["ja"]]
    total = " + ".join(f"w_{name}" for name in names)
    start = round(math.log2(prior(records) / (1 - prior(records))), 6)
    facts = ", ".join(f"{sql} AS {name}" for name, sql in _facts(reliability).items())
    more = ", ".join(f"{sql} AS {name}" for name, sql in MORE_FACTS.items())
    band = " ".join(f"WHEN {condition} THEN '{band}'" for condition, band, _reason in RULES)
    reason = " ".join(f"WHEN {condition} THEN {repr(code) if code else 'NULL'}" for condition, _band, code in RULES)
    kept = ", ".join(f"w_{name}, lv_{name}" for name in names)
    con.execute(
        f"""CREATE OR REPLACE TABLE decided AS
        WITH adjusted AS (
            SELECT l, r, rule, {IS_JA} AS pair_ja, one.name_han <> two.name_han AS one_side_kanji,
                {str(only_names).lower()} AS bare,
                CASE WHEN one.phone1 IN (two.phone1, two.phone2) THEN one.phone_mobile
                    ELSE two.phone_mobile END AS one_mobile,
                one.name_key IS NULL AND two.name_key IS NULL AS unnamed,
                one.giv IS NULL AND two.giv IS NULL AS both_half,
                one.street IS NOT NULL AND two.street IS NOT NULL AS streets,
                {_ONE_WORD} AS one_word,
                greatest(len(one.words), len(two.words)) >= 3 AS many_words,
                coalesce(lv_name = 'same' AND one.name_han AND one.giv IS NULL AND two.giv IS NULL
                    AND length(one.name_key) <= 2, false) AS short_whole,
                coalesce(one.login <> two.login, false) AS other_login,
                {_AKIN} AS akin_login,
                coalesce(stems.logins > greatest({_ISSUED}, {_ISSUED_SHARE} * stems.every), false) AS login_issued,
                coalesce(one.mail_host = two.mail_host, false) AS one_host,
                {_named_after("one")} OR {_named_after("two")} AS login_in_mail,
                coalesce(length(regexp_replace(one.login_box, '[^0-9]', '', 'g')) >= 3
                    AND NOT regexp_matches(one.login_box, '(19|20)[0-9]{{2}}|123'), false) AS login_numbered,
                coalesce(one.generation <> two.generation, false) AS generations_differ,
                (one.generation IS NULL) <> (two.generation IS NULL) AS one_generation,
                greatest(one_shares.mail_names, two_shares.mail_names, one_shares.phone_names,
                    two_shares.phone_names) <= 2 AS two_names,
                coalesce(greatest(one_shares.mail_names, two_shares.mail_names, one_shares.phone_names,
                    two_shares.phone_names) > 2, false) AS crowded,
                CASE WHEN one.device <> two.device THEN coalesce(one.account <> two.account
                    AND split_part(one.account, ':', 1) = split_part(two.account, ':', 1), false)
                    ELSE false END AS two_holders,
                coalesce(left(one.name_key, 1) <> left(two.name_key, 1), false) AS other_begin,
                {_called_otherwise("one", "two")} OR {_called_otherwise("two", "one")} AS called_otherwise,
                {_called_so("one", "two")} OR {_called_so("two", "one")} AS called_so,
                CASE WHEN one.mail1 = two.mail1 THEN {_bears("one")} OR {_bears("two")} ELSE false END AS given_in_mail,
                one.birth IS NULL AND two.birth IS NULL AND rarity.births_rare AS no_births,
                rarity.mails_rare, rarity.contacts_patchy, shown.logins_shown,
                coalesce(one_mail.bears = 'own' AND two_mail.bears = 'own', false) AS mails_own,
                coalesce('other' IN (one_mail.bears, two_mail.bears), false) AS mail_other,
                coalesce(one_hold.hold, '') <> coalesce(two_hold.hold, '') AS frozen,
                {adjusted_weights(names, reliability)}
            FROM scored CROSS JOIN (SELECT count(mail1) < 0.5 * count(*) AS mails_rare,
                count(birth) < 0.5 * count(*) AS births_rare,
                least(count(mail1), count(phone1)) > 0.25 * count(*)
                    AND greatest(count(mail1), count(phone1)) < 0.75 * count(*) AS contacts_patchy
                FROM prepared) rarity
            CROSS JOIN (SELECT coalesce(
                    sum(CASE WHEN accounts > 1 THEN 1 ELSE 0 END) > greatest({_SHOWN} * count(*), 5), false)
                    AS logins_shown
                FROM (SELECT count(DISTINCT account) AS accounts FROM prepared
                    WHERE login IS NOT NULL AND account IS NOT NULL GROUP BY login, split_part(account, ':', 1))) shown
            JOIN prepared one ON one.record = l JOIN prepared two ON two.record = r
            LEFT JOIN (SELECT stem, count(*) AS logins, sum(count(*)) OVER () AS every
                FROM (SELECT DISTINCT login_box, {_STEM.format("login_box")} AS stem FROM prepared
                    WHERE login_box IS NOT NULL) named
                GROUP BY stem) stems ON stems.stem = {_STEM.format("one.login_box")} AND stems.stem <> ''
            LEFT JOIN shares one_shares ON one_shares.record = l LEFT JOIN shares two_shares ON two_shares.record = r
            LEFT JOIN record_holds one_hold ON one_hold.record = l
            LEFT JOIN record_holds two_hold ON two_hold.record = r
            LEFT JOIN mail_bears one_mail ON one_mail.record = l LEFT JOIN mail_bears two_mail ON two_mail.record = r
        ), stated AS (SELECT *, round({start} + {total}, 6) AS weight, {facts} FROM adjusted),
        argued AS (SELECT *, {more} FROM stated),
        ruled AS (SELECT *, CASE WHEN frozen THEN 'different' {band} ELSE 'different' END AS band,
            CASE WHEN frozen THEN NULL {reason} ELSE NULL END AS review_reason FROM argued)
        SELECT l, r, rule, weight, {kept}, band, review_reason, {likely_sql("review_reason")} AS likely,
            against > 0 AS conflict, {PARTIAL} AS partial,
            (contact > 0 OR contact_near OR id_same OR same_account)
                AND NOT ((given_missing OR short_whole OR only_initial AND pair_ja) AND contact + personal < 2) AS firm,
            own, proofs > 0 AS close_by
        FROM ruled"""  # noqa: S608 (our own rules)
    )
