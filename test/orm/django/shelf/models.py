"""Tables of Django's own migrations, with a generic relation."""
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Review(models.Model):
    words = models.TextField()
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True)
    subject_id = models.PositiveBigIntegerField(null=True)
    stars = models.IntegerField(default=0)
    subject = GenericForeignKey("content_type", "subject_id")


class Book(models.Model):
    title = models.TextField()
    reviews = GenericRelation(Review, object_id_field="subject_id", related_query_name="book")


class Film(models.Model):
    """Without a GenericRelation: deleting one leaves its reviews to the database."""
    title = models.TextField()


class Reply(models.Model):
    """What refers to a review: Django does not delete reviews by one statement any more, but after their subject."""
    words = models.TextField()
    review = models.ForeignKey(Review, models.CASCADE, related_name="replies")
