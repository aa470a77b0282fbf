"""Tables that were there before Django (../../world.sql), and the views of them."""
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Person(models.Model):
    name = models.TextField()
    boss = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="staff")
    # a pair is stored once, with the lower key first; Django's symmetrical fields would store it twice
    friends = models.ManyToManyField(
        "self", through="Friendship", through_fields=("person", "friend"), symmetrical=False, related_name="friends_of")

    class Meta:
        managed = False
        db_table = "people"


class Friendship(models.Model):
    person = models.ForeignKey(Person, models.DO_NOTHING, db_column="people_id", related_name="+")
    friend = models.ForeignKey(Person, models.DO_NOTHING, db_column="related_people_id", related_name="+")

    class Meta:
        managed = False
        db_table = "people_people"


class Profile(models.Model):
    bio = models.TextField(null=True)
    person = models.OneToOneField(Person, models.DO_NOTHING, null=True)

    class Meta:
        managed = False
        db_table = "profiles"


class Tag(models.Model):
    name = models.TextField(unique=True)

    class Meta:
        managed = False
        db_table = "tags"


class Article(models.Model):
    title = models.TextField()
    published = models.DateTimeField(null=True)
    author = models.ForeignKey(Person, models.DO_NOTHING, null=True, related_name="articles")
    tags = models.ManyToManyField(Tag, through="ArticleTag", related_name="articles")
    related = models.ManyToManyField(
        "self", through="ArticleArticle", through_fields=("article", "related"), symmetrical=False,
        related_name="related_from")

    class Meta:
        managed = False
        db_table = "articles"


class ArticleTag(models.Model):
    article = models.ForeignKey(Article, models.DO_NOTHING, db_column="articles_id")
    tag = models.ForeignKey(Tag, models.DO_NOTHING, db_column="tags_id")

    class Meta:
        managed = False
        db_table = "articles_tags"


class ArticleArticle(models.Model):
    article = models.ForeignKey(Article, models.DO_NOTHING, db_column="articles_id", related_name="+")
    related = models.ForeignKey(Article, models.DO_NOTHING, db_column="related_articles_id", related_name="+")

    class Meta:
        managed = False
        db_table = "articles_articles"


class Video(models.Model):
    url = models.TextField()
    seconds = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "videos"


class Comment(models.Model):
    """Refers by the name of a class: content types are only for tables that Django has made (../shelf)."""
    body = models.TextField()
    commentable_type = models.CharField(max_length=255, null=True)
    commentable_id = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "comments"


class Image(models.Model):
    file = models.TextField()

    class Meta:
        managed = False
        db_table = "images"


class Quote(models.Model):
    words = models.TextField()

    class Meta:
        managed = False
        db_table = "quotes"


class Block(models.Model):
    article = models.ForeignKey(Article, models.DO_NOTHING, db_column="articles_id", related_name="blocks")
    collection = models.TextField()
    item = models.IntegerField()
    sort = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "articles_blocks"
        ordering = ["sort"]

    MODELS = {model._meta.db_table: model for model in (Image, Quote)}

    @property
    def content(self):
        return self.MODELS[self.collection].objects.get(pk=self.item)

    @content.setter
    def content(self, content):
        self.collection = content._meta.db_table
        self.item = content.pk


class ArticleColumns(models.Model):
    title = models.TextField()
    published = models.DateTimeField(null=True)
    author = models.ForeignKey(Person, models.DO_NOTHING, null=True, related_name="+")

    class Meta:
        abstract = True


class ArticleEntry(ArticleColumns):
    """The view's columns that can be written: an INSERT of Django's names all columns of a model."""

    class Meta:
        managed = False
        db_table = "article_list"


class ArticleList(ArticleColumns):
    author_id_name = models.TextField(null=True)
    comments = ArrayField(models.IntegerField())
    # JSONField is for jsonb; psycopg has made lists of these
    tags = models.Field(null=True)
    blocks = models.Field(null=True)
    translations = models.Field(null=True)

    class Meta:
        managed = False
        db_table = "article_list"


class PersonList(models.Model):
    name = models.TextField()
    boss = models.ForeignKey(Person, models.DO_NOTHING, null=True, related_name="+")
    staff = ArrayField(models.IntegerField())
    profile = models.ForeignKey(Profile, models.DO_NOTHING, db_column="profile", null=True, related_name="+")
    articles = ArrayField(models.IntegerField())
    friends = ArrayField(models.BigIntegerField())
    boss_id_name = models.TextField(null=True)
    profile_bio = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "person_list"
