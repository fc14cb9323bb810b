"""A child's school stage belongs to the case: it is that of the time. What stood with the child goes into each case."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_over(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Say in each case what was said of the child."""
    suffering: Any = apps.get_model("casework", "CaseVictim")
    victim: Any = apps.get_model("casework", "Victim")
    of = victim.objects.filter(pk=models.OuterRef("victim"))
    suffering.objects.update(stage=models.Subquery(of.values("stage")))


class Migration(migrations.Migration):
    dependencies = [("casework", "0042_suspects_said")]

    operations = [
        migrations.AddField(
            "casevictim",
            "stage",
            models.CharField(
                default="unstated", help_text="code of soken.report.codes", max_length=30, verbose_name="school stage"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
