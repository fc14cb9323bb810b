import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from the one before it: PostgreSQL alters no table whose rows the same transaction has changed.
    dependencies = [("casework", "0025_due_notifications")]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="operation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="casework.operation"
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("about", ""), _negated=True),
                fields=("user", "operation", "person_code", "kind", "about"),
                name="told_once_in_one_state",
            ),
        ),
    ]
