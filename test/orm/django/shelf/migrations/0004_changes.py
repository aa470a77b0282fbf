"""What a relation has to follow."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shelf", "0003_adopt")]
    operations = [
        migrations.RenameModel("Movie", "Film"),
        migrations.RenameField("Review", "object_id", "subject_id"),
        migrations.AlterField("Review", "subject_id", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("Review", "stars", models.IntegerField(default=0)),
    ]
