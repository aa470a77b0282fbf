// models.mjs: the tables of world.sql as Sequelize's models, with its documented ways for what it has no word for:
// polymorphic one-to-many by `scope` and `constraints: false`, junctions as models, views as models that are never made.
import { DataTypes, Sequelize } from 'sequelize'

const { ARRAY, BIGINT, DATE, INTEGER, JSON, TEXT, STRING } = DataTypes
// each column its own object: define() writes into them
const text = () => ({ type: TEXT, allowNull: false })
const identity = () => ({ type: BIGINT, primaryKey: true, autoIncrement: true, autoIncrementIdentity: true })

export const db = new Sequelize({ dialect: 'postgres', host: process.env.PGHOST, port: Number(process.env.PGPORT), username: process.env.PGUSER,
	database: process.env.PGDATABASE, logging: false, define: { timestamps: false, underscored: true } })

export const Person = db.define('Person', { name: text() }, { tableName: 'people' })
export const Friendship = db.define('Friendship', { id: identity(), peopleId: INTEGER, relatedPeopleId: INTEGER }, { tableName: 'people_people' })
export const Profile = db.define('Profile', { bio: TEXT }, { tableName: 'profiles' })
export const Article = db.define('Article', { title: text(), published: DATE }, { tableName: 'articles' })
export const Video = db.define('Video', { url: text(), seconds: INTEGER }, { tableName: 'videos' })
export const Tag = db.define('Tag', { name: text() }, { tableName: 'tags' })
export const ArticleTag = db.define('ArticleTag', { id: identity() }, { tableName: 'articles_tags' })
export const RelatedArticle = db.define('RelatedArticle', { id: identity() }, { tableName: 'articles_articles' })
export const Image = db.define('Image', { file: text() }, { tableName: 'images' })
export const Quote = db.define('Quote', { words: text() }, { tableName: 'quotes' })

Person.belongsTo(Person, { as: 'boss', foreignKey: 'bossId', onDelete: 'NO ACTION', onUpdate: 'NO ACTION' })
Person.hasMany(Person, { as: 'staff', foreignKey: 'bossId' })
Person.hasOne(Profile, { as: 'profile', foreignKey: 'personId', onDelete: 'NO ACTION', onUpdate: 'NO ACTION' })
Profile.belongsTo(Person, { as: 'person', foreignKey: 'personId' })
Article.belongsTo(Person, { as: 'author', foreignKey: 'authorId', onDelete: 'NO ACTION', onUpdate: 'NO ACTION' })
Person.hasMany(Article, { as: 'articles', foreignKey: 'authorId' })
Article.belongsToMany(Tag, { through: ArticleTag, as: 'tags', foreignKey: 'articlesId', otherKey: 'tagsId' })
Tag.belongsToMany(Article, { through: ArticleTag, as: 'articles', foreignKey: 'tagsId', otherKey: 'articlesId' })
Article.belongsToMany(Article, { through: RelatedArticle, as: 'related', foreignKey: 'articlesId', otherKey: 'relatedArticlesId' })
Article.belongsToMany(Article, { through: RelatedArticle, as: 'relatedFrom', foreignKey: 'relatedArticlesId', otherKey: 'articlesId' })

// a comment on an article or a video
export const Comment = db.define('Comment', { body: text(), commentableType: STRING, commentableId: INTEGER }, { tableName: 'comments' })
for (const [model, as] of [[Article, 'article'], [Video, 'video']]) {
	model.hasMany(Comment, { as: 'comments', foreignKey: 'commentableId', constraints: false, scope: { commentableType: model.name } })
	Comment.belongsTo(model, { as, foreignKey: 'commentableId', constraints: false })
}
Comment.prototype.getCommentable = function (options) {
	return this.commentableType === null ? null : this[`get${this.commentableType}`](options)
}

// a block is an image or a quote: many-to-many with a junction of more columns, as the documentation has it
export const Block = db.define('Block', { id: identity(), articlesId: { type: INTEGER, allowNull: false },
	collection: text(), item: { type: INTEGER, allowNull: false }, sort: INTEGER }, { tableName: 'articles_blocks' })
Article.hasMany(Block, { as: 'blocks', foreignKey: 'articlesId', onDelete: 'CASCADE' })
for (const [model, as, collection] of [[Image, 'images', 'images'], [Quote, 'quotes', 'quotes']]) {
	Article.belongsToMany(model, { as, through: { model: Block, unique: false, scope: { collection } }, foreignKey: 'articlesId', otherKey: 'item',
		constraints: false })
	model.belongsToMany(Article, { as: 'articles', through: { model: Block, unique: false, scope: { collection } }, foreignKey: 'item', otherKey: 'articlesId',
		constraints: false })
}

export const ArticleList = db.define('ArticleList', { title: text(), published: DATE, authorId: INTEGER,
	authorName: { type: TEXT, field: 'author_id_name' }, comments: ARRAY(INTEGER), tags: JSON, blocks: JSON, translations: JSON }, { tableName: 'article_list' })
ArticleList.belongsTo(Person, { as: 'author', foreignKey: 'authorId', constraints: false })
export const PersonList = db.define('PersonList', { name: text(), bossId: INTEGER, staff: ARRAY(INTEGER), profile: INTEGER, articles: ARRAY(INTEGER),
	friends: ARRAY(BIGINT), bossName: { type: TEXT, field: 'boss_id_name' }, profileBio: TEXT }, { tableName: 'person_list' })
for (const view of [ArticleList, PersonList]) view.sync = async () => view
