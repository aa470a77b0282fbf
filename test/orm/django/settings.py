import importlib.util
import os

database = {
    "ENGINE": "django.db.backends.postgresql",
    "HOST": os.environ["PGHOST"],
    "PORT": os.environ["PGPORT"],
    "USER": os.environ["PGUSER"],
    "NAME": os.environ["PGDATABASE"],
}
# two sessions
DATABASES = {"default": database, "other": database}
INSTALLED_APPS = ["django.contrib.contenttypes", "press", "shelf"]
# what inspectdb has written
if importlib.util.find_spec("found"):
    INSTALLED_APPS.append("found")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = "none"
TIME_ZONE = "UTC"
USE_TZ = True
