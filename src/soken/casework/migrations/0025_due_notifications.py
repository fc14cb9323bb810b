import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from soken.casework.migrated import check_references


def _say_whose(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    """Copy operation and person from the dossier to the notifications that there are."""
    dossiers = apps.get_model("casework", "Dossier").objects.filter(pk=models.OuterRef("dossier"))
    apps.get_model("casework", "Notification").objects.update(
        operation=models.Subquery(dossiers.values("operation")[:1]),
        person_code=models.Subquery(dossiers.values("person_code")[:1]),
    )
    check_references(schema)


class Migration(migrations.Migration):
    dependencies = [("casework", "0024_filter_feed")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="about",
            field=models.CharField(
                blank=True, help_text="which matter: keys, moments and dates, no words", max_length=80
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="operation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="casework.operation"
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="person_code",
            field=models.CharField(
                blank=True, help_text="'' for what concerns no one person", max_length=16, verbose_name="person"
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="dossier",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="casework.dossier"
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("task-given", "a task was given to you"),
                    ("task-done", "a task that you gave is done"),
                    ("transfer-offered", "a person is offered to your force"),
                    ("transfer-withdrawn", "an offer to your force was withdrawn"),
                    ("transfer-accepted", "a transfer that you offered is accepted"),
                    ("transfer-returned", "a transfer that you offered is returned"),
                    ("clock-soon", "a clock of custody is about to run out"),
                    ("clock-overdue", "a clock of custody has run out"),
                    ("limitation-soon", "limitation will soon be complete"),
                    ("limitation-near", "limitation is complete within days"),
                    ("limitation-over", "limitation is complete"),
                    ("warrant-soon", "a warrant is about to run out"),
                    ("warrant-over", "a warrant has run out and nobody says what became of it"),
                    ("target-soon", "the target date is about to pass"),
                    ("target-overdue", "the target date has passed"),
                    ("target-alarm", "far beyond the target date"),
                    ("reassess", "the assessment is to be made anew"),
                    ("lowering-waits", "a lowering of the band waits for a second person"),
                    ("safety-untold", "highest band, and child protection was not told yet"),
                    ("safety-unanswered", "child protection has not acknowledged"),
                    ("safety-long", "child protection has not acknowledged for long"),
                    ("transfer-unanswered", "nobody has answered a transfer in time"),
                    ("rows-moved", "a new run has moved rows of the dossier"),
                    ("rows-added", "a new run proposes further rows for the dossier"),
                    ("task-soon", "a task is due"),
                    ("task-overdue", "a task is late"),
                ],
                max_length=30,
            ),
        ),
        migrations.RunPython(_say_whose, migrations.RunPython.noop),
    ]
