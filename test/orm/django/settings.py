import importlib.util
import os

DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql",
    "HOST": os.environ["PGHOST"],
    "PORT": os.environ["PGPORT"],
    "USER": os.environ["PGUSER"],
    "NAME": os.environ["PGDATABASE"],
}}
INSTALLED_APPS = ["django.contrib.contenttypes", "press", "shelf"]
# what inspectdb has written
if importlib.util.find_spec("found"):
    INSTALLED_APPS.append("found")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = "none"
TIME_ZONE = "UTC"
USE_TZ = True
