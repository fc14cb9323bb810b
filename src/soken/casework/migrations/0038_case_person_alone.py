"""What was taken over goes from where it stood: apart from the move, which PostgreSQL wants committed before columns go."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0037_case_person")]

    operations = [
        migrations.AlterField(
            model_name="victim", name="code", field=models.CharField(max_length=20, verbose_name="code")
        ),
        migrations.RemoveField(model_name="clearedcase", name="persons"),
        migrations.AddField(
            model_name="clearedcase",
            name="persons",
            field=models.ManyToManyField(
                related_name="cases", through="casework.CasePerson", to="casework.clearedperson"
            ),
        ),
        migrations.RemoveField(model_name="clearedperson", name="age"),
        migrations.RemoveField(model_name="clearedperson", name="occupation"),
        migrations.AddField(
            model_name="vintage",
            name="made_at",
            field=models.DateTimeField(
                help_text="null: before moments of making were kept", null=True, verbose_name="made"
            ),
        ),
        migrations.AlterField(
            model_name="victim",
            name="operation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.operation"
            ),
        ),
        migrations.AddConstraint(
            model_name="victim",
            constraint=models.UniqueConstraint(fields=("operation", "code"), name="victim_code_once"),
        ),
    ]
