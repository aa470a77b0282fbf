from django.db import migrations


def fill(apps, schema_editor):
    Review = apps.get_model("shelf", "Review")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for model, title, words in [
        ("Book", "Walden", "Slow"), ("Book", "Emma", "Witty"), ("Movie", "Alien", "Loud"), ("Movie", "Heat", "Long")
    ]:
        row = apps.get_model("shelf", model).objects.create(title=title)
        kind = ContentType.objects.get(app_label="shelf", model=model.lower())
        Review.objects.create(words=words, content_type=kind, object_id=row.pk)


class Migration(migrations.Migration):
    dependencies = [("shelf", "0001_initial")]
    operations = [migrations.RunPython(fill)]
