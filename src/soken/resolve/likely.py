"""How likely a question turns out to be one person: what is most worth a look is asked first (`proposals.py`).

The shares are rough ones of the questions on invented lists (`bench/lists`: of 14 kinds seeds 70001 and 70002, read on
2026-11-29; of the fourth seeds 41 and 45 and again 70001 of the others, read on 2026-12-01). They set the order of the
queue and decide nothing.
"""

from __future__ import annotations

#: What a pair is asked about that was to be joined and must not be (it has no review reason of its own).
HELD_APART = "conflict-in-group"

#: reason → (condition on the facts of decide.py, share that are one person), the first that holds; "true" ends a list.
LIKELY: dict[str, tuple[tuple[str, float], ...]] = {
    "weak": (
        # One name in one town: namesakes.
        ("pair_ja AND proofs = 0 AND hint = 1 AND lv_address = 'town' AND other_kind", 0.03),
        # A slip in the one contact that both give.
        ("pair_ja AND proofs = 0 AND contact_near", 0.9),
        ("proofs = 0", 0.25),
        ("true", 0.9),
    ),
    "name-close": (
        ("only_initial AND contact = 0", 0.03),
        ("only_initial AND contact_differs > 0", 0.25),
        ("given_soft", 0.9),
        ("proofs = 0", 0.1),
        ("true", 0.7),
    ),
    "name-only": (("contact_differs = 1 AND weight < 2", 0.2), ("other_kind", 0.08), ("true", 0.4)),
    "namesake": (("true", 0.02),),
    "other-name": (("bare AND lv_email = 'same'", 0.1), ("bare", 0.7), ("true", 0.9)),
    "given-unsure": (
        # Two who share one contact and not the other are mostly two of a house.
        ("given_unsure AND contact_differs > 0", 0.02),
        ("given_fits", 0.8),
        # One family name, and the other kanji of the given name sound alike: few of a house are named so.
        ("given_unsure AND lv_family = 'same' AND contact > 0", 0.95),
        # Names from abroad, of which no table knows how they sound in the other script.
        ("lv_name = 'unsure' AND contact > 0", 0.9),
        ("given_unsure AND lv_family = 'fits' AND contact > 0", 0.9),
        ("given_unsure AND contact > 0", 0.1),
        ("true", 0.5),
    ),
    "reading-misfit": (("true", 0.1),),
    "given-missing": (
        ("contact_differs > 0", 0.15),
        ("true", 0.6),
    ),
    "contacts-differ": (
        ("mail_other", 0.05),
        ("NOT pair_ja AND NOT birth_like", 0.05),
        ("contact_differs = 2 AND mails_own", 0.6),
        # The other contact is not said: a person's new telephone, more often than somebody who uses an identity.
        ("contact_differs = 1 AND NOT other_kind AND personal = 0", 0.85),
        ("contact_differs = 1", 0.5),
        ("true", 0.25),
    ),
    "birth-differs": (("true", 0.3),),
    "sex-differs": (("true", 0.8),),
    "family-differs": (("contact = 0", 0.1), ("crowded AND contact_differs > 0", 0.1), ("true", 0.9)),
    "id-differs": (("true", 0.4),),
    "id-same-name-differs": (("true", 0.5),),
    "given-differs": (("personal > 0", 0.7), ("true", 0.2)),
    "nameless": (
        ("lv_card = 'same'", 0.85),
        # A guest and an account on one device; two mailboxes on one are mostly two people's.
        ("lent > 0 AND contact_differs = 0", 0.8),
        ("lent > 0 AND contact = 0 AND other_login", 0.05),
        ("contact = 0 AND NOT contact_near AND lent = 0", 0.05),
        ("true", 0.85),
    ),
    "other-login": (("lv_email = 'tag'", 0.9), ("logins_shown", 0.75), ("true", 0.05)),
    "login-only": (("lent > 0", 0.9), ("logins_shown", 0.05), ("one_host", 0.7), ("true", 0.2)),
    HELD_APART: (
        ("given_fits", 0.1),
        ("given_missing", 0.5),
        ("name_ok AND NOT own AND contact = 0", 0.35),
        ("true", 0.8),
    ),
}


def likely_sql(reason: str) -> str:
    """Return the SQL of the share for a pair.

    Args:
        reason: SQL of the pair's review reason, null where it has none.
    """
    cases = {
        code: " ".join(f"WHEN {condition} THEN {share}" for condition, share in shares)
        for code, shares in LIKELY.items()
    }
    held = cases.pop(HELD_APART)
    asked = " ".join(f"WHEN {reason} = '{code}' THEN CASE {which} END" for code, which in cases.items())
    return f"(CASE {asked} ELSE CASE {held} END END)::DOUBLE"
