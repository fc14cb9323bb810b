import re
import unicodedata

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

#: Model → (field as recorded, field as compared).
_FIELDS = {
    "Referral": ("received_number", "received_folded"),
    "Disposition": ("reference", "folded"),
    "OldCaseLine": ("reference", "folded"),
}


def _fold(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fill in how references that were recorded before are compared."""
    for name, (said, compared) in _FIELDS.items():
        model = apps.get_model("casework", name)
        for key, reference in list(model.objects.exclude(**{said: ""}).values_list("pk", said)):
            folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", reference)).casefold()[:240]
            model.objects.filter(pk=key).update(**{compared: folded})


class Migration(migrations.Migration):
    # Apart from the one before it: PostgreSQL alters no table whose rows the same transaction has changed.
    dependencies = [("casework", "0033_references_found")]

    operations = [migrations.RunPython(_fold, migrations.RunPython.noop)]
