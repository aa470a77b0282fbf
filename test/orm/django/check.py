"""Django's own ways of doing things, on tables with relations; each check is rolled back."""
import json
import sys
from contextlib import contextmanager

import django
from django.core.management import call_command
from django.db import IntegrityError, NotSupportedError, connection, models, transaction
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext

from checks import check, equal, run

django.setup()

from django.apps import apps  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from press.models import (  # noqa: E402
    Article, ArticleEntry, ArticleList, ArticleTag, Comment, Friendship, Image, Person, PersonList, Profile, Quote, Tag,
    Video)
from shelf.models import Book, Film, Reply, Review  # noqa: E402

COMMENTABLE = ("comments_commentable_type_commentable_id_fkey", "comments")


def rolled_back(body):
    with transaction.atomic():
        body()
        transaction.set_rollback(True)


@contextmanager
def refused(error, cause, **fields):
    """What is written here gives Django's error, with the driver's inside, and nothing of it is left."""
    try:
        with transaction.atomic():
            yield
            # what Django defers to the end of a transaction
            connection.check_constraints()
    except error as caught:
        equal(type(caught.__cause__).__name__, cause)
        equal({name: getattr(caught.__cause__.diag, name) for name in fields}, fields)
    else:
        raise AssertionError("nothing was refused")


def violates(constraint, table):
    return refused(IntegrityError, "ForeignKeyViolation", constraint_name=constraint, table_name=table)


def ask(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else None


def refers():
    """The constraint of shelf.Review and its table."""
    return ask("""SELECT constraint_name, many_collection FROM relations.relations
        WHERE many_collection = 'shelf_review' AND discriminators IS NOT NULL""")[0]


# --- what inspectdb has made of the database ----------------------------------


@check("inspectdb: the view's columns have their types")
def _():
    found = apps.get_model("found", "ArticleList")
    # Django's introspection has no type for arrays and json: it takes what the driver makes of them
    equal({field.name: type(field) for field in found._meta.get_fields()}, {
        "id": models.IntegerField, "title": models.TextField, "published": models.DateTimeField,
        "author_id": models.IntegerField, "author_id_name": models.TextField, "comments": models.TextField,
        "tags": models.TextField, "blocks": models.TextField, "translations": models.TextField})
    row = found.objects.get(author_id_name="Ada", title="Bread")
    equal((row.comments, row.tags, row.translations),
          ([1, 2], [{"tags_id": {"name": "food"}}], [{"title": "Brot"}, {"title": "Pain"}]))


@check("inspectdb: foreign keys are fields, a one-to-one too")
def _():
    def leads(model, field):
        field = apps.get_model("found", model)._meta.get_field(field)
        return type(field).__name__, field.related_model.__name__
    equal(leads("Articles", "author"), ("ForeignKey", "People"))
    equal(leads("Profiles", "person"), ("OneToOneField", "People"))
    equal(leads("ArticlesTags", "tags"), ("ForeignKey", "Tags"))
    equal(leads("ShelfReview", "content_type"), ("ForeignKey", "DjangoContentType"))
    equal(apps.get_model("found", "Articles").objects.get(author__name="Ben").title, "Salt")


@check("introspection: relations come with their constraints and columns")
def _():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "articles_tags")
    equal(sorted(constraint["foreign_key"] for constraint in found.values() if constraint["foreign_key"]),
          [("articles", "id"), ("tags", "id")])


# --- views --------------------------------------------------------------------


@check("view: rows with flattened columns, arrays and json")
def _():
    row = ArticleList.objects.get(pk=1)
    equal((row.title, row.published.isoformat(), row.author.name, row.author_id_name, row.comments, row.tags,
           row.blocks, row.translations),
          ("Bread", "2024-03-01T12:00:00+00:00", "Ada", "Ada", [1, 2], [{"tags_id": {"name": "food"}}],
           [{"item": {"words": "Give us this day"}}, {"item": {"file": "loaf.png"}}],
           [{"title": "Brot"}, {"title": "Pain"}]))
    people = PersonList.objects.order_by("name")
    equal(list(people.values_list("name", "boss_id_name", "profile_bio", "staff", "articles")),
          [("Ada", None, "Counts", [2, 3], [1, 2]), ("Ben", "Ada", "Draws", [], [3]), ("Cleo", "Ada", None, [], [])])


@check("view: filter, order and page by flattened columns")
def _():
    equal(list(ArticleList.objects.filter(author_id_name="Ada").order_by("-title").values_list("title", flat=True)),
          ["Butter", "Bread"])
    pages = ArticleList.objects.order_by(models.F("author_id_name").asc(nulls_last=True), "-id")
    equal([row.title for row in pages[1:3]], ["Bread", "Salt"])
    counted = ArticleList.objects.values("author_id_name").annotate(n=models.Count("id"))
    equal(list(counted.order_by("-n", "author_id_name").values_list("author_id_name", "n")),
          [("Ada", 2), ("Ben", 1), (None, 1)])


@check("view: filter by an array of keys")
def _():
    equal([row.title for row in ArticleList.objects.filter(comments__contains=[4])], ["Salt"])
    equal([row.title for row in ArticleList.objects.filter(comments__len=0).order_by("id")], ["Butter", "Water"])
    equal([row.name for row in PersonList.objects.filter(friends__contains=[1]).order_by("id")], ["Ada", "Ben"])


@check("view: filter by json")
def _():
    as_jsonb = models.functions.Cast("tags", models.JSONField())
    equal([row.title for row in ArticleList.objects.annotate(names=as_jsonb)
           .filter(names__contains=[{"tags_id": {"name": "white"}}]).order_by("id")], ["Butter", "Salt"])


@check("view: insert, update and delete")
def _():
    entry = ArticleEntry.objects.create(title="Yeast", author_id=2)
    row = ArticleList.objects.get(pk=entry.pk)
    equal((row.author_id_name, row.comments, row.tags), ("Ben", [], []))
    row.title = "Leaven"
    row.author_id = 1
    row.save(update_fields=["title", "author"])
    row.refresh_from_db()
    equal((row.title, row.author_id_name), ("Leaven", "Ada"))
    equal(ArticleList.objects.filter(author_id_name="Ada").update(title=models.functions.Upper("title")), 3)
    equal(sorted(Article.objects.filter(author_id=1).values_list("title", flat=True)), ["BREAD", "BUTTER", "LEAVEN"])
    row.delete()
    equal(Article.objects.filter(pk=entry.pk).exists(), False)
    ArticleEntry.objects.bulk_create([ArticleEntry(title="One"), ArticleEntry(title="Two")])
    equal(Article.objects.filter(title__in=["One", "Two"]).count(), 2)


@check("view: lock, get or create")
def _():
    equal(ArticleList.objects.select_for_update().get(pk=1).title, "Bread")
    entry, created = ArticleEntry.objects.get_or_create(title="Yeast", defaults={"author_id": 3})
    equal((created, ArticleList.objects.get(pk=entry.pk).author_id_name), (True, "Cleo"))
    equal(ArticleEntry.objects.update_or_create(title="Yeast", defaults={"author_id": 2}), (entry, False))
    equal(ArticleList.objects.get(pk=entry.pk).author_id_name, "Ben")


@check("view: a column that leads elsewhere cannot be written")
def _():
    with refused(NotSupportedError, "FeatureNotSupported"):
        ArticleList.objects.filter(pk=1).update(author_id_name="Eve")
    with refused(NotSupportedError, "FeatureNotSupported"):
        ArticleList.objects.create(title="Yeast", comments=[])


# --- relations, as fields -----------------------------------------------------


@check("many-to-one, one-to-many and one-to-one")
def _():
    with CaptureQueriesContext(connection) as queries:
        people = list(Person.objects.order_by("id").select_related("boss", "profile")
                      .prefetch_related("staff", "articles"))
    equal(len(queries), 3)
    equal([(p.name, p.boss and p.boss.name, sorted(s.name for s in p.staff.all()), len(p.articles.all()))
           for p in people],
          [("Ada", None, ["Ben", "Cleo"], 2), ("Ben", "Ada", [], 1), ("Cleo", "Ada", [], 0)])
    equal(people[1].profile.bio, "Draws")
    with violates("articles_author_id_fkey", "articles"):
        Article.objects.create(title="Lost", author_id=99)
    with refused(IntegrityError, "UniqueViolation"):
        Profile.objects.create(bio="Second", person_id=1)


@check("many-to-many, read and written")
def _():
    butter = Article.objects.get(title="Butter")
    equal(sorted(tag.name for tag in butter.tags.all()), ["food", "white"])
    equal(sorted(a.title for a in Article.objects.filter(tags__name="food")), ["Bread", "Butter"])
    free = Tag.objects.get(name="free")
    butter.tags.add(free)
    butter.tags.remove(Tag.objects.get(name="food"))
    equal(sorted(ArticleTag.objects.filter(article=butter).values_list("tag__name", flat=True)), ["free", "white"])
    equal(ArticleList.objects.get(pk=butter.pk).tags, [{"tags_id": {"name": "white"}}, {"tags_id": {"name": "free"}}])
    free.articles.set([butter])
    equal([a.title for a in free.articles.all()], ["Butter"])
    with refused(IntegrityError, "UniqueViolation"):
        ArticleTag.objects.create(article=butter, tag=free)


@check("many-to-many of a table with itself, and pairs without direction")
def _():
    bread = Article.objects.get(title="Bread")
    equal(sorted(a.title for a in bread.related.all()), ["Butter", "Salt"])
    water = Article.objects.get(title="Water")
    water.related.add(bread)
    equal([a.title for a in bread.related_from.all()], ["Water"])
    ada, ben, cleo = Person.objects.order_by("id")
    cleo.friends.add(ben)
    # the lower key was put first
    equal([p.name for p in ben.friends.all()], ["Cleo"])
    equal([p.name for p in ben.friends_of.all()], ["Ada"])
    with refused(IntegrityError, "UniqueViolation"):
        Friendship.objects.create(person=ben, friend=ada)
    with refused(IntegrityError, "CheckViolation"):
        Friendship.objects.create(person=ben, friend=ben)


@check("many-to-any through its junction, read and written")
def _():
    bread, salt = Article.objects.filter(title__in=["Bread", "Salt"]).order_by("id")
    equal([type(block.content).__name__ for block in bread.blocks.all()], ["Quote", "Image"])
    quote = Quote.objects.create(words="Worth one's salt")
    salt.blocks.create(content=quote, sort=1)
    salt.blocks.create(content=Image.objects.get(), sort=2)
    equal([block.content.pk for block in salt.blocks.all()], [quote.pk, 1])
    # deleted with what they show
    quote.delete()
    equal([block.collection for block in salt.blocks.all()], ["images"])
    with violates("articles_blocks_collection_item_fkey", "articles_blocks"):
        salt.blocks.create(collection="quotes", item=99)
    with violates("articles_blocks_collection_item_fkey", "articles_blocks"):
        salt.blocks.create(collection="tags", item=1)


# --- generic relations --------------------------------------------------------


@check("adopt: content types are looked up, and migrations followed")
def _():
    (found,) = ask("""SELECT many_field, one_collection_field, discriminators::text FROM relations.relations
        WHERE many_collection = 'shelf_review' AND discriminators IS NOT NULL""")
    equal((*found[:2], json.loads(found[2])), ("subject_id", "content_type_id", {
        str(ContentType.objects.get_for_model(model).pk): model._meta.db_table for model in (Book, Film)}))
    equal(ask("SELECT problem, detail FROM relations.check()"), [])


@check("adopt: without rows, content types are looked up by the statement of the README")
def _():
    Review.objects.all().delete()
    connection.check_constraints()
    ask("SELECT relations.delete_relation(id) FROM relations.relations WHERE constraint_name = %s", refers()[0])
    equal(ask("SELECT * FROM relations.adopt()"), [])
    ask("""SELECT relations.create_relation(jsonb_build_object('many_collection', 'shelf_review',
        'many_field', 'subject_id', 'one_collection_field', 'content_type_id', 'on_delete', 'NO ACTION',
        'deferrable', 'initially deferred', 'discriminators', (
            SELECT jsonb_object_agg(c.id::text, c.app_label || '_' || c.model) FROM django_content_type c
            WHERE (c.app_label, c.model) IN (('shelf', 'book'), ('shelf', 'film')))))""")
    Review.objects.create(words="Good", subject=Book.objects.first())
    with violates(*refers()):
        Review.objects.create(words="Lost", subject=Book(pk=99))
    Book.objects.all().delete()


@check("generic foreign key: read, prefetched, joined")
def _():
    with CaptureQueriesContext(connection) as queries:
        reviews = list(Review.objects.prefetch_related("subject").order_by("id"))
        equal([(r.words, type(r.subject).__name__, r.subject.title) for r in reviews],
              [("Slow", "Book", "Walden"), ("Witty", "Book", "Emma"),
               ("Loud", "Film", "Alien"), ("Long", "Film", "Heat")])
    # content types may come from Django's cache
    equal(len([query for query in queries if "django_content_type" not in query["sql"]]), 3)
    with CaptureQueriesContext(connection) as queries:
        books = list(Book.objects.prefetch_related("reviews").order_by("id"))
        equal([[r.words for r in book.reviews.all()] for book in books], [["Slow"], ["Witty"]])
    equal(len(queries), 2)
    equal([book.title for book in Book.objects.filter(reviews__words="Witty")], ["Emma"])
    equal(Review.objects.get(book__title="Walden").words, "Slow")


@check("generic foreign key: written")
def _():
    emma, alien = Book.objects.get(title="Emma"), Film.objects.get(title="Alien")
    review = emma.reviews.create(words="Long")
    review.subject = alien
    review.save()
    equal(Review.objects.get(pk=review.pk).subject, alien)
    review.subject = None
    review.save()
    Review.objects.bulk_create([Review(words=str(i), subject=emma) for i in range(20)])
    equal(emma.reviews.count(), 21)


@check("generic foreign key: a GenericRelation deletes what refers")
def _():
    Reply.objects.create(words="Quite so", review=Review.objects.get(words="Witty"))
    with CaptureQueriesContext(connection) as queries:
        equal(Book.objects.filter(title="Emma").delete(),
              (3, {"shelf.Reply": 1, "shelf.Review": 1, "shelf.Book": 1}))
    # the book goes before its reviews
    equal([query["sql"].split('"')[1] for query in queries if query["sql"].startswith("DELETE")],
          ["shelf_reply", "shelf_book", "shelf_review"])
    connection.check_constraints()
    equal(sorted(Review.objects.values_list("words", flat=True)), ["Long", "Loud", "Slow"])


@check("generic foreign key: what leads nowhere is refused, in the middle of a transaction")
def _():
    before = Review.objects.count()
    Review.objects.create(words="Stays", subject=Book.objects.first())
    with violates(*refers()):
        Review.objects.create(words="Lost", content_type=ContentType.objects.get_for_model(Book), subject_id=99)
    with violates(*refers()):
        Review.objects.create(words="Not allowed", subject=Tag.objects.first())
    with violates(*refers()):
        Review.objects.create(words="Half", subject_id=1)
    with violates(*refers()):
        Review.objects.create(words="Half", content_type=ContentType.objects.get_for_model(Book))
    with violates(*refers()):
        Review.objects.bulk_create([Review(words="Good", subject=Book.objects.first()),
                                    Review(words="Lost", subject=Film(pk=99))])
    with violates(*refers()):
        Review.objects.filter(words="Loud").update(subject_id=99)
    with violates(*refers()):
        Film.objects.get(title="Heat").delete()
    with violates(*refers()):
        Film.objects.all().delete()
    equal(Review.objects.count(), before + 1)
    equal(Film.objects.count(), 2)


@check("generic foreign key: what leads nowhere is refused at the end of a transaction")
def _():
    try:
        with transaction.atomic(using="other"):
            Review.objects.using("other").create(words="Gone", subject_id=Book.objects.first().pk,
                                                 content_type_id=ContentType.objects.get_for_model(Book).pk)
            Review.objects.using("other").create(words="Lost", subject_id=99,
                                                 content_type_id=ContentType.objects.get_for_model(Book).pk)
    except IntegrityError as error:
        equal(type(error.__cause__).__name__, "ForeignKeyViolation")
    else:
        raise AssertionError("nothing was refused")
    equal(Review.objects.filter(words__in=["Gone", "Lost"]).count(), 0)


@check("fixtures: what refers may be loaded first; and all is flushed")
def _():
    file = f"{sys.argv[1]}/shelf.json"
    call_command("dumpdata", "shelf.review", "shelf.film", "shelf.book", natural_foreign=True, output=file, verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    equal((Review.objects.count(), Book.objects.count()), (0, 0))
    # content types are there again, with other numbers
    ask("""SELECT relations.update_relation(r.id, jsonb_build_object('discriminators',
            (SELECT jsonb_object_agg(c.id::text, c.app_label || '_' || c.model)
            FROM django_content_type c WHERE c.app_label = 'shelf' AND c.model IN ('book', 'film'))))
        FROM relations.relations r WHERE r.many_collection = 'shelf_review' AND r.discriminators IS NOT NULL""")
    with open(file) as fixture:
        rows = json.load(fixture)
    rows.sort(key=lambda row: row["model"], reverse=True)
    with open(file, "w") as fixture:
        json.dump(rows, fixture)
    call_command("loaddata", file, verbosity=0)
    equal([review.subject.title for review in Review.objects.order_by("id")], ["Walden", "Emma", "Alien", "Heat"])
    with open(file, "w") as fixture:
        json.dump([row for row in rows if row["fields"].get("title") != "Emma"], fixture)
    Review.objects.all().delete()
    Book.objects.all().delete()
    with violates(*refers()):
        call_command("loaddata", file, verbosity=0)


@check("generic foreign key: a model is let in, as the README says")
def _():
    ask("""SELECT relations.update_relation(r.id, jsonb_build_object('discriminators',
            r.discriminators || jsonb_build_object(c.id::text, 'tags')))
        FROM relations.relations r, django_content_type c
        WHERE r.many_collection = 'shelf_review' AND (c.app_label, c.model) = ('press', 'tag')
            AND r.discriminators IS NOT NULL""")
    Review.objects.create(words="Apt", subject=Tag.objects.first())
    with violates(*refers()):
        Tag.objects.first().delete()


@check("polymorphic columns of others: what leads nowhere is refused, in the middle of a transaction")
def _():
    before = Comment.objects.count()
    Comment.objects.create(body="Stays", commentable_type="article", commentable_id=2)
    for kind, key in [("article", 99), ("tag", 1), (None, 1), ("article", None)]:
        with violates(*COMMENTABLE):
            Comment.objects.create(body="Lost", commentable_type=kind, commentable_id=key)
    with violates(*COMMENTABLE):
        Article.objects.get(title="Bread").delete()
    with violates(*COMMENTABLE):
        Video.objects.filter(pk=2).update(id=20)
    with violates(*COMMENTABLE):
        ArticleList.objects.filter(pk=1).delete()
    equal(Comment.objects.count(), before + 1)
    equal(Article.objects.count(), 4)
    Article.objects.get(title="Water").delete()


# --- row functions ------------------------------------------------------------


@check("row functions: raw()")
def _():
    equal([a.title for a in Article.objects.raw(
        "SELECT a.* FROM people p, articles(p) a WHERE p.name = %s ORDER BY a.id", ["Ada"])], ["Bread", "Butter"])
    equal([(c.body, c.title) for c in Comment.objects.raw(
        "SELECT c.*, a.title FROM comments c, articles(c) a ORDER BY c.id")],
        [("Nice", "Bread"), ("Short", "Bread"), ("Salty", "Salt")])
    # a pair without direction, from either end
    friends = "SELECT f.* FROM people p, friends(p) j, related_people_id(j) f WHERE p.name = %s"
    equal([[f.name for f in Person.objects.raw(friends, [name])] for name in ("Ada", "Ben", "Cleo")],
          [["Ben"], ["Ada"], []])


@check("row functions: in a queryset")
def _():
    counted = Article.objects.annotate(n=RawSQL("(SELECT count(*) FROM comments(articles))", []))
    equal(list(counted.order_by("-n", "id").values_list("title", "n")),
          [("Bread", 2), ("Salt", 1), ("Butter", 0), ("Water", 0)])
    related = RawSQL(
        "SELECT r.id FROM articles a, related(a) j, related_articles_id(j) r WHERE a.title = %s", ["Bread"])
    equal([a.title for a in Article.objects.filter(pk__in=related).order_by("id")], ["Butter", "Salt"])


# --- migrations ---------------------------------------------------------------


@check("migrations: back and forth, the relation follows")
def _():
    call_command("migrate", "shelf", "0003", verbosity=0)
    with violates(*refers()):
        ask("INSERT INTO shelf_review (words, content_type_id, object_id) VALUES ('Lost', %s, 99)",
            ContentType.objects.get_for_model(Book).pk)
    equal(ask("SELECT m.title FROM shelf_review r, shelf_movie(r) m WHERE r.words = 'Loud'"), [("Alien",)])
    equal(ask("SELECT problem, detail FROM relations.check()"), [])
    call_command("migrate", "shelf", verbosity=0)
    with violates(*refers()):
        Film.objects.get(title="Heat").delete()


run(rolled_back)
