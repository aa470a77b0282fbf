from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shelf", "0002_rows")]
    operations = [migrations.RunSQL("SELECT relations.adopt()", migrations.RunSQL.noop)]
