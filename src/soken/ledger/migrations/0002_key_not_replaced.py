"""The triggers are set up anew: one more, that refuses to replace a key."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing of the tables changes: what takes triggers down and sets them up listens to every migration."""

    dependencies: ClassVar = [("ledger", "0001_initial")]
    operations: ClassVar = []
