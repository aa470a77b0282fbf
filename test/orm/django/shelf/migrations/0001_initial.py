from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("contenttypes", "0002_remove_content_type_name")]
    operations = [
        migrations.CreateModel("Book", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("title", models.TextField()),
        ]),
        migrations.CreateModel("Movie", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("title", models.TextField()),
        ]),
        migrations.CreateModel("Review", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("words", models.TextField()),
            ("content_type", models.ForeignKey("contenttypes.ContentType", models.CASCADE, null=True)),
            ("object_id", models.PositiveIntegerField(null=True)),
        ]),
        migrations.CreateModel("Reply", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("words", models.TextField()),
            ("review", models.ForeignKey("shelf.Review", models.CASCADE, related_name="replies")),
        ]),
    ]
