"""The ledger: who did, read, sent, joined or erased what, when and why; only ever added to, in one chain of hashes.

Nothing has to remember to write it: triggers catch every change of a watched table, field by field, and the
database backends here chain what was caught before each commit (docs/adr/0006-the-ledger.md).
"""
