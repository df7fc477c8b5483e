"""Where the throttle of sign-in counts (Django's database cache): all web processes count together."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_operators")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE throttle (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX throttle_expires ON throttle (expires);
            """,
            "DROP TABLE throttle;",
        )
    ]
