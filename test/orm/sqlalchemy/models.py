"""The tables of ../world.sql, mapped by the idioms of SQLAlchemy's documentation."""
from sqlalchemy import (
    BigInteger, Column, DateTime, FetchedValue, ForeignKey, Integer, String, Table, Text, and_, event, select)
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.orm import backref, declarative_base, foreign, relationship, remote

Base = declarative_base()

articles_tags = Table(
    "articles_tags", Base.metadata,
    Column("articles_id", ForeignKey("articles.id"), primary_key=True),
    Column("tags_id", ForeignKey("tags.id"), primary_key=True))

articles_articles = Table(
    "articles_articles", Base.metadata,
    Column("articles_id", ForeignKey("articles.id"), primary_key=True),
    Column("related_articles_id", ForeignKey("articles.id"), primary_key=True))

people_people = Table(
    "people_people", Base.metadata,
    Column("people_id", ForeignKey("people.id"), primary_key=True),
    Column("related_people_id", ForeignKey("people.id"), primary_key=True))


class Person(Base):
    __tablename__ = "people"
    id = Column(Integer, primary_key=True)
    name = Column(Text, nullable=False)
    boss_id = Column(ForeignKey("people.id"))
    boss = relationship("Person", remote_side=id, back_populates="staff")
    staff = relationship("Person", back_populates="boss")
    profile = relationship("Profile", back_populates="person", uselist=False)
    articles = relationship("Article", back_populates="author")
    befriended = relationship(
        "Person", secondary=people_people, primaryjoin=id == people_people.c.people_id,
        secondaryjoin=id == people_people.c.related_people_id)


# each pair is stored once: its other direction comes from a union
_pairs = select(people_people.c.people_id, people_people.c.related_people_id).union(
    select(people_people.c.related_people_id, people_people.c.people_id)).alias()
Person.friends = relationship(
    Person, secondary=_pairs, primaryjoin=Person.id == _pairs.c.people_id,
    secondaryjoin=Person.id == _pairs.c.related_people_id, viewonly=True, order_by=Person.id)


class Profile(Base):
    __tablename__ = "profiles"
    id = Column(Integer, primary_key=True)
    bio = Column(Text)
    person_id = Column(ForeignKey("people.id"), unique=True)
    person = relationship(Person, back_populates="profile")


class Tag(Base):
    __tablename__ = "tags"
    id = Column(Integer, primary_key=True)
    name = Column(Text, nullable=False, unique=True)
    articles = relationship("Article", secondary=articles_tags, back_populates="tags")


class Comment(Base):
    """Each class that has comments gives this one an attribute that leads to it, `commentable` is the one in use."""
    __tablename__ = "comments"
    id = Column(Integer, primary_key=True)
    body = Column(Text, nullable=False)
    commentable_type = Column(String)
    commentable_id = Column(Integer)

    @property
    def commentable(self):
        return getattr(self, f"commentable_{self.commentable_type}")


class Block(Base):
    __tablename__ = "articles_blocks"
    id = Column(BigInteger, primary_key=True)
    articles_id = Column(ForeignKey("articles.id"), nullable=False)
    collection = Column(Text, nullable=False)
    item = Column(Integer, nullable=False)
    sort = Column(Integer)

    @property
    def content(self):
        return getattr(self, f"content_{self.collection}")


class HasComments:
    """A generic foreign key, as in SQLAlchemy's examples/generic_associations/generic_fk.py."""


class HasBlocks:
    pass


def _associate(class_, name, many, kind, key, value, back):
    """Gives class_ the list `name` of the rows of `many` that refer to it by kind and key, and those the way back."""
    setattr(class_, name, relationship(
        many, primaryjoin=and_(class_.id == foreign(remote(key)), kind == value),
        passive_deletes="all", overlaps=OVERLAPS,
        backref=backref(f"{back}_{value}", primaryjoin=remote(class_.id) == foreign(key), overlaps=OVERLAPS)))
    event.listen(getattr(class_, name), "append", lambda _, row, __: setattr(row, kind.key, value))


# relationships that write the same columns
OVERLAPS = "comments,commentable_Article,commentable_Video,shown_in,content_images,content_quotes"


@event.listens_for(HasComments, "mapper_configured", propagate=True)
def _(mapper, class_):
    _associate(class_, "comments", Comment, Comment.commentable_type, Comment.commentable_id, class_.__name__,
               "commentable")


@event.listens_for(HasBlocks, "mapper_configured", propagate=True)
def _(mapper, class_):
    _associate(class_, "shown_in", Block, Block.collection, Block.item, class_.__tablename__, "content")


class Article(HasComments, Base):
    __tablename__ = "articles"
    id = Column(Integer, primary_key=True)
    title = Column(Text, nullable=False)
    published = Column(DateTime(timezone=True))
    author_id = Column(ForeignKey("people.id"))
    author = relationship(Person, back_populates="articles")
    tags = relationship(Tag, secondary=articles_tags, back_populates="articles", order_by=Tag.id)
    related = relationship(
        "Article", secondary=articles_articles, primaryjoin=id == articles_articles.c.articles_id,
        secondaryjoin=id == articles_articles.c.related_articles_id, back_populates="related_from")
    related_from = relationship(
        "Article", secondary=articles_articles, primaryjoin=id == articles_articles.c.related_articles_id,
        secondaryjoin=id == articles_articles.c.articles_id, back_populates="related")
    blocks = relationship(Block, order_by=Block.sort, passive_deletes=True, cascade="all, delete-orphan")


class Video(HasComments, Base):
    __tablename__ = "videos"
    id = Column(Integer, primary_key=True)
    url = Column(Text, nullable=False)
    seconds = Column(Integer)


class Image(HasBlocks, Base):
    __tablename__ = "images"
    id = Column(Integer, primary_key=True)
    file = Column(Text, nullable=False)


class Quote(HasBlocks, Base):
    __tablename__ = "quotes"
    id = Column(Integer, primary_key=True)
    words = Column(Text, nullable=False)


def _alias(*args):
    """A column that leads elsewhere: the database's, so that no INSERT names it."""
    return Column(*args, FetchedValue(), server_onupdate=FetchedValue())


class ArticleList(Base):
    __tablename__ = "article_list"
    id = Column(Integer, primary_key=True)
    title = Column(Text)
    published = Column(DateTime(timezone=True))
    author_id = Column(ForeignKey("people.id"))
    author = relationship(Person)
    author_id_name = _alias(Text)
    comments = _alias(ARRAY(Integer))
    tags = _alias(JSON)
    blocks = _alias(JSON)
    translations = _alias(JSON)


class PersonList(Base):
    __tablename__ = "person_list"
    id = Column(Integer, primary_key=True)
    name = Column(Text)
    boss_id = Column(Integer)
    staff = _alias(ARRAY(Integer))
    profile = _alias(Integer)
    articles = _alias(ARRAY(Integer))
    friends = _alias(ARRAY(BigInteger))
    boss_id_name = _alias(Text)
    profile_bio = _alias(Text)
