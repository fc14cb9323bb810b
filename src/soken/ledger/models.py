"""The tables of the ledger; their names begin with ``ledger_entry``. Written by `soken.ledger.chain` alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One entry; the database refuses to change or delete it (`soken.ledger.triggers`)."""

    seq = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=20)
    act = models.CharField(_("act"), max_length=200, blank=True)
    by = models.CharField(_("who"), max_length=200, blank=True)
    through = models.CharField(_("through"), max_length=200, blank=True)
    operation = models.CharField(_("operation"), max_length=200, blank=True)
    person = models.CharField(_("person"), max_length=200, blank=True)
    about = models.CharField(_("about"), max_length=200, blank=True)
    recipient = models.CharField(_("recipient"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    changes = models.TextField(help_text="tables, keys and names of fields, as canonical JSON")
    facts = models.TextField(help_text="anything further that is no personal datum, as canonical JSON")
    subject = models.CharField(max_length=420, blank=True, help_text="whose key the sealed part is closed with")
    sealed = models.TextField(blank=True, help_text="values before and after, closed with the subject's key")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Newest first; indexed for who looked at whom, and what somebody did."""

        db_table = "ledger_entry"
        ordering = ("-seq",)
        indexes: ClassVar = [
            models.Index(fields=("operation", "person", "-seq"), name="ledger_entry_person"),
            models.Index(fields=("by", "-seq"), name="ledger_entry_by"),
            models.Index(fields=("kind", "-seq"), name="ledger_entry_kind"),
        ]
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class EntryHead(models.Model):
    """The newest entry's number and hash, in one row: whoever adds holds it until the commit."""

    id = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        """One row."""

        db_table = "ledger_entry_head"

    def __str__(self) -> str:
        return str(self.seq)


class EntryKey(models.Model):
    """A person's key, itself closed with the installation's; deleting it makes what it closed unreadable for good."""

    subject = models.CharField(max_length=420, primary_key=True)
    closed = models.CharField(max_length=120, help_text="the key, closed with the installation's own")

    class Meta:
        """Named as the other tables of the ledger."""

        db_table = "ledger_entry_key"

    def __str__(self) -> str:
        return self.subject


class PendingEntry(models.Model):
    """What triggers have caught in a transaction and nobody has chained yet; empty after every commit of Soken's."""

    what = models.CharField(max_length=8, help_text="insert, update, delete, or note")
    place = models.CharField(max_length=80, help_text="the table")
    key = models.CharField(max_length=80, blank=True)
    before = models.TextField(null=True)  # noqa: DJ001 (a row that is new has nothing before, which is not '')
    after = models.TextField(null=True)  # noqa: DJ001
    tx = models.CharField(max_length=40, blank=True, help_text="which transaction, on PostgreSQL")

    class Meta:
        """In the order of what happened."""

        db_table = "ledger_entry_pending"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.what} {self.place} {self.key}"
