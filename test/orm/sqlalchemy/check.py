"""SQLAlchemy's own ways of doing things; each check has a session, which is rolled back."""
from contextlib import contextmanager

from sqlalchemy import MetaData, create_engine, event, func, inspect, literal_column, select, text, update
from sqlalchemy import types
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, NotSupportedError
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from checks import check, equal, run
from models import (
    Article, ArticleList, Block, Comment, Image, Person, PersonList, Profile, Quote, Tag, Video, articles_tags,
    people_people)

# where it is, libpq's environment says
engine = create_engine("postgresql+psycopg2://")
COMMENTABLE = ("comments_commentable_type_commentable_id_fkey", "comments")
BLOCK = ("articles_blocks_collection_item_fkey", "articles_blocks")


def with_session(body):
    with Session(engine) as session:
        body(session)


@contextmanager
def refused(session, error, cause, **fields):
    """What is written here gives SQLAlchemy's error, with the driver's inside, and nothing of it is left."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except error as caught:
        equal(type(caught.orig).__name__, cause)
        equal({name: getattr(caught.orig.diag, name) for name in fields}, fields)
    else:
        raise AssertionError("nothing was refused")


def violates(session, constraint, table):
    return refused(session, IntegrityError, "ForeignKeyViolation", constraint_name=constraint, table_name=table)


@contextmanager
def statements():
    """What is sent to the server meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


# --- reflection ---------------------------------------------------------------


@check("reflection: the view's columns have their types")
def _(session):
    metadata = MetaData()
    metadata.reflect(engine, views=True)
    columns = metadata.tables["article_list"].columns
    equal({column.name: type(column.type) for column in columns}, {
        "id": types.INTEGER, "title": types.TEXT, "published": postgresql.TIMESTAMP, "author_id": types.INTEGER,
        "author_id_name": types.TEXT, "comments": postgresql.ARRAY, "tags": postgresql.JSON, "blocks": postgresql.JSON,
        "translations": postgresql.JSON})
    equal((columns.published.type.timezone, type(columns.comments.type.item_type)), (True, types.INTEGER))
    equal(type(metadata.tables["person_list"].c.friends.type.item_type), types.BIGINT)
    view = metadata.tables["article_list"]
    equal(session.execute(select(view.c.author_id_name, view.c.comments).where(view.c.title == "Bread")).one(),
          ("Ada", [1, 2]))


@check("reflection: foreign keys, unique keys and indexes of what the relations made")
def _(session):
    inspector = inspect(engine)
    equal(sorted((key["constrained_columns"], key["referred_table"], key["options"].get("ondelete"))
                 for key in inspector.get_foreign_keys("articles_tags")),
          [(["articles_id"], "articles", "CASCADE"), (["tags_id"], "tags", "CASCADE")])
    equal([key["column_names"] for key in inspector.get_unique_constraints("articles_tags")],
          [["articles_id", "tags_id"]])
    equal([index["column_names"] for index in inspector.get_indexes("comments")],
          [["commentable_type", "commentable_id"]])
    equal(inspector.get_columns("articles_tags")[0]["identity"]["always"], False)


@check("automap: foreign keys are relationships")
def _(session):
    found = automap_base()
    found.prepare(autoload_with=engine)
    equal(sorted(inspect(found.classes.profiles).relationships.keys()), ["people"])
    equal(sorted(inspect(found.classes.articles_translations).relationships.keys()), ["articles", "languages"])
    bread = session.execute(select(found.classes.articles).filter_by(title="Bread")).scalar_one()
    equal((bread.people.name, sorted(tagged.tags.name for tagged in bread.articles_tags_collection)), ("Ada", ["food"]))


# --- views --------------------------------------------------------------------


@check("view: rows with flattened columns, arrays and json")
def _(session):
    row = session.get(ArticleList, 1)
    equal((row.title, row.published.isoformat(), row.author.name, row.author_id_name, row.comments, row.tags,
           row.blocks, row.translations),
          ("Bread", "2024-03-01T12:00:00+00:00", "Ada", "Ada", [1, 2], [{"tags_id": {"name": "food"}}],
           [{"item": {"words": "Give us this day"}}, {"item": {"file": "loaf.png"}}],
           [{"title": "Brot"}, {"title": "Pain"}]))
    equal([(p.name, p.boss_id_name, p.profile_bio, p.staff, p.articles)
           for p in session.scalars(select(PersonList).order_by(PersonList.name))],
          [("Ada", None, "Counts", [2, 3], [1, 2]), ("Ben", "Ada", "Draws", [], [3]), ("Cleo", "Ada", None, [], [])])


@check("view: filter, order and page by flattened columns")
def _(session):
    titles = select(ArticleList.title)
    equal(session.scalars(titles.filter_by(author_id_name="Ada").order_by(ArticleList.title.desc())).all(),
          ["Butter", "Bread"])
    equal(session.scalars(titles.order_by(ArticleList.author_id_name.nulls_last(), ArticleList.id.desc())
                          .offset(1).limit(2)).all(), ["Bread", "Salt"])
    equal(session.execute(select(ArticleList.author_id_name, func.count()).group_by(ArticleList.author_id_name)
                          .order_by(func.count().desc(), ArticleList.author_id_name)).all(),
          [("Ada", 2), ("Ben", 1), (None, 1)])


@check("view: filter by an array of keys, and by json")
def _(session):
    equal(session.scalars(select(ArticleList.title).where(ArticleList.comments.contains([4]))).all(), ["Salt"])
    equal(session.scalars(select(ArticleList.title).where(ArticleList.comments.any(2))).all(), ["Bread"])
    equal(session.scalars(select(ArticleList.title).where(
        ArticleList.tags[(1, "tags_id", "name")].astext == "white")).all(), ["Butter"])


@check("view: insert, update and delete")
def _(session):
    row = ArticleList(title="Yeast", author_id=2)
    session.add(row)
    session.flush()
    equal((row.author_id_name, row.comments, row.tags), ("Ben", [], []))
    row.title = "Leaven"
    row.author_id = 1
    session.flush()
    equal((row.title, row.author_id_name), ("Leaven", "Ada"))
    equal(session.execute(update(ArticleList).where(ArticleList.author_id_name == "Ada")
                          .values(title=func.upper(ArticleList.title))
                          .execution_options(synchronize_session=False)).rowcount, 3)
    equal(sorted(session.scalars(select(Article.title).filter_by(author_id=1))), ["BREAD", "BUTTER", "LEAVEN"])
    session.delete(row)
    session.flush()
    equal(session.scalars(select(Article).filter_by(title="LEAVEN")).all(), [])


@check("view: lock, upsert, returning what leads elsewhere")
def _(session):
    row = session.scalars(select(ArticleList).filter_by(id=1).with_for_update()).one()
    upsert = postgresql.insert(ArticleList).values(id=1, title="Toast", author_id=3)
    equal(session.execute(upsert.on_conflict_do_update(
        index_elements=["id"], set_={"title": upsert.excluded.title, "author_id": upsert.excluded.author_id})
        .returning(ArticleList.title, ArticleList.author_id_name)).all(), [("Toast", "Cleo")])
    session.refresh(row)
    equal((row.author.name, row.comments), ("Cleo", [1, 2]))


@check("view: a column that leads elsewhere cannot be written")
def _(session):
    with refused(session, NotSupportedError, "FeatureNotSupported"):
        session.get(ArticleList, 1).author_id_name = "Eve"
    with refused(session, NotSupportedError, "FeatureNotSupported"):
        session.add(ArticleList(title="Yeast", comments=[1]))


# --- relationships ------------------------------------------------------------


@check("many-to-one, one-to-many and one-to-one")
def _(session):
    with statements() as sent:
        people = session.scalars(select(Person).order_by(Person.id).options(
            joinedload(Person.profile), selectinload(Person.staff), selectinload(Person.articles))).all()
        equal([(p.name, p.boss and p.boss.name, sorted(s.name for s in p.staff), len(p.articles)) for p in people],
              [("Ada", None, ["Ben", "Cleo"], 2), ("Ben", "Ada", [], 1), ("Cleo", "Ada", [], 0)])
        equal(people[1].profile.bio, "Draws")
    equal(len(sent), 3)
    with violates(session, "articles_author_id_fkey", "articles"):
        session.add(Article(title="Lost", author_id=99))
    with refused(session, IntegrityError, "UniqueViolation"):
        session.add(Profile(bio="Second", person_id=1))


@check("many-to-many, read and written")
def _(session):
    butter = session.scalars(select(Article).filter_by(title="Butter")).one()
    equal([tag.name for tag in butter.tags], ["food", "white"])
    equal(sorted(session.scalars(select(Article.title).join(Article.tags).where(Tag.name == "food"))),
          ["Bread", "Butter"])
    free = session.scalars(select(Tag).filter_by(name="free")).one()
    butter.tags.append(free)
    del butter.tags[0]
    session.flush()
    equal(session.get(ArticleList, butter.id).tags, [{"tags_id": {"name": "white"}}, {"tags_id": {"name": "free"}}])
    free.articles = [butter]
    session.flush()
    equal(session.execute(select(articles_tags).filter_by(tags_id=free.id)).all(), [(butter.id, free.id)])


@check("many-to-many of a table with itself, and pairs without direction")
def _(session):
    bread, water = session.scalars(select(Article).where(Article.title.in_(["Bread", "Water"])).order_by(Article.id))
    equal(sorted(a.title for a in bread.related), ["Butter", "Salt"])
    water.related.append(bread)
    session.flush()
    session.expire(bread)
    equal([a.title for a in bread.related_from], ["Water"])
    ada, ben, cleo = session.scalars(select(Person).order_by(Person.id))
    equal(([p.name for p in ada.friends], [p.name for p in ben.friends]), (["Ben"], ["Ada"]))
    cleo.befriended.append(ben)
    session.flush()
    session.expire(ben)
    equal([p.name for p in ben.friends], ["Ada", "Cleo"])
    # the lower key was put first
    equal(session.execute(select(people_people).order_by(people_people.c.related_people_id)).all(), [(1, 2), (2, 3)])
    with refused(session, IntegrityError, "UniqueViolation"):
        session.execute(people_people.insert().values(people_id=2, related_people_id=1))
    with refused(session, IntegrityError, "CheckViolation"):
        session.execute(people_people.insert().values(people_id=2, related_people_id=2))


@check("many-to-any through its junction, read and written")
def _(session):
    bread, salt = session.scalars(select(Article).where(Article.title.in_(["Bread", "Salt"])).order_by(Article.id))
    equal([type(block.content).__name__ for block in bread.blocks], ["Quote", "Image"])
    quote, image = Quote(words="Worth one's salt"), session.get(Image, 1)
    session.add(quote)
    for content in (quote, image):
        block = Block(sort=len(salt.blocks))
        content.shown_in.append(block)
        salt.blocks.append(block)
    session.flush()
    session.expire_all()
    equal([block.content for block in salt.blocks], [quote, image])
    equal(sorted(block.articles_id for block in image.shown_in), [bread.id, salt.id])
    # deleted with what they show
    session.delete(quote)
    session.flush()
    session.expire_all()
    equal([block.collection for block in salt.blocks], ["images"])
    for collection, item in [("quotes", 99), ("tags", 1)]:
        with violates(session, *BLOCK):
            session.add(Block(articles_id=salt.id, collection=collection, item=item))


# --- generic associations -----------------------------------------------------


@check("generic association: read, and loaded eagerly")
def _(session):
    with statements() as sent:
        comments = session.scalars(
            select(Comment).where(Comment.commentable_type.in_(["Article", "Video"])).order_by(Comment.id)
            .options(selectinload(Comment.commentable_Article), selectinload(Comment.commentable_Video))).all()
        equal([(c.body, type(c.commentable).__name__, c.commentable.id) for c in comments],
              [("Nice", "Article", 1), ("Short", "Article", 1), ("Long", "Video", 2)])
        equal([[c.body for c in a.comments] for a in session.scalars(select(Article).options(
            selectinload(Article.comments)).order_by(Article.id))], [["Nice", "Short"], [], [], []])
    equal(len(sent), 5)
    equal(session.scalars(select(Video.url).join(Video.comments).where(Comment.body == "Long")).all(),
          ["churning.webm"])


@check("generic association: written")
def _(session):
    video, butter = session.get(Video, 1), session.get(Article, 2)
    comment = Comment(body="Brief")
    video.comments.append(comment)
    session.flush()
    equal((comment.commentable_type, comment.commentable_id), ("Video", 1))
    butter.comments.append(comment)
    session.flush()
    session.expire_all()
    equal((comment.commentable, video.comments), (butter, []))
    session.add_all(Comment(body=str(i), commentable_type="Video", commentable_id=1) for i in range(20))
    session.flush()
    session.expire_all()
    equal(len(video.comments), 20)


@check("generic association: what leads nowhere is refused, in the middle of a transaction")
def _(session):
    before = session.scalar(select(func.count(Comment.id)))
    session.add(Comment(body="Stays", commentable_type="Article", commentable_id=2))
    for kind, key in [("Article", 99), ("Tag", 1), (None, 1), ("Article", None)]:
        with violates(session, *COMMENTABLE):
            session.add(Comment(body="Lost", commentable_type=kind, commentable_id=key))
    with violates(session, *COMMENTABLE):
        session.add_all([Comment(body="Good", commentable_type="Video", commentable_id=1),
                         Comment(body="Lost", commentable_type="Video", commentable_id=99)])
    with violates(session, *COMMENTABLE):
        session.delete(session.get(Article, 1))
    # by the name that another client gives it
    with violates(session, *COMMENTABLE):
        session.delete(session.get(Article, 3))
    with violates(session, *COMMENTABLE):
        session.delete(session.get(ArticleList, 1))
    with violates(session, *COMMENTABLE):
        session.get(Video, 2).id = 20
    equal(session.scalar(select(func.count(Comment.id))), before + 1)
    equal(session.scalar(select(func.count(Article.id))), 4)
    session.delete(session.get(Article, 4))
    session.flush()


# --- row functions ------------------------------------------------------------


@check("row functions: table-valued")
def _(session):
    # the row, as PostgreSQL knows it: by the name of its table
    person = aliased(Person, name="p")
    found = func.articles(literal_column("p")).table_valued("id", "title").lateral("a")
    equal(session.execute(select(found.c.title).select_from(person).join(found, text("true"))
                          .where(person.name == "Ada").order_by(found.c.id)).scalars().all(), ["Bread", "Butter"])


@check("row functions: as a mapped class")
def _(session):
    found = func.articles(literal_column("people")).table_valued(*Article.__table__.columns).lateral("a")
    article = aliased(Article, found)
    pairs = session.execute(select(Person, article).join(article, text("true")).order_by(article.id)).all()
    equal([(person.name, a.title) for person, a in pairs], [("Ada", "Bread"), ("Ada", "Butter"), ("Ben", "Salt")])
    equal(pairs[0][1] is session.get(Article, 1), True)


@check("row functions: in a condition, and counted")
def _(session):
    comments = func.comments(literal_column("articles")).table_valued("id")
    counted = select(func.count()).select_from(comments).scalar_subquery()
    equal(session.execute(select(Article.title, counted).order_by(Article.id)).all(),
          [("Bread", 2), ("Butter", 0), ("Salt", 1), ("Water", 0)])
    equal(session.scalars(select(Article.title).where(select(comments.c.id).exists()).order_by(Article.id)).all(),
          ["Bread", "Salt"])


@check("row functions: from_statement")
def _(session):
    statement = text("SELECT f.* FROM people p, friends(p) j, related_people_id(j) f WHERE p.name = :name")
    equal([[f.name for f in session.scalars(select(Person).from_statement(statement), {"name": name})]
           for name in ("Ada", "Ben", "Cleo")], [["Ben"], ["Ada"], []])


run(with_session)
