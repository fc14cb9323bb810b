"""Peers, each a script that runs in the peers' own environment: ``script LIST.csv LABELS.csv FOUND.csv``.

LIST has the columns row, family, given, family_kana, given_kana, email, phone, postal_code, address as typed; LABELS
row, person for the few rows whose truth a peer may learn from; FOUND is written with row, person.
"""
