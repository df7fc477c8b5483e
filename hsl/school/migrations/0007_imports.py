from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from hsl.school.sqlfile import read_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("school", "0006_settings"),
        ("jobs", "0001_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("file_name", models.TextField()),
                ("size", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        max_length=16,
                        choices=[("uploaded", "Uploaded"), ("imported", "Imported"), ("undone", "Undone")],
                        default="uploaded",
                    ),
                ),
                ("actor", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("imported_at", models.DateTimeField(null=True)),
                ("columns", models.JSONField(default=dict)),
                ("maps", models.JSONField(default=list)),
                ("checked", models.JSONField(null=True)),
                ("result", models.JSONField(null=True)),
                ("undone", models.JSONField(null=True)),
                ("preview", models.JSONField(default=dict)),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "imports", "default_permissions": ()},
        ),
        migrations.RunSQL(read_sql(__file__, "0007_imports.sql"), "DROP TABLE hsl.imported_rows"),
    ]
