// check.mjs: Sequelize, with the models of models.mjs.
import { DatabaseError, ForeignKeyConstraintError, Op, QueryTypes, col, fn, literal } from 'sequelize'
import { ARTICLE_LIST, COMMENTABLE, LOST, contains, ensure, equal, hasFailed, personList, refused, test, undone } from '../harness.mjs'
import { Article, ArticleList, ArticleTag, Block, Comment, Friendship, Image, Person, PersonList, Quote, Tag, Video, db } from './models.mjs'

const transaction = (run) => db.transaction((transaction) => run({ transaction }))
const plain = (rows) => rows.map((row) => row.get({ plain: true }))
const select = (sql, replacements) => db.query(sql, { type: QueryTypes.SELECT, replacements })

await test('the query interface shows tables and views with their types', async () => {
	const introspection = db.getQueryInterface()
	const types = async (name) => Object.fromEntries(Object.entries(await introspection.describeTable(name)).map(([column, { type }]) => [column, type]))
	equal(await types('article_list'), { id: 'INTEGER', title: 'TEXT', published: 'TIMESTAMP WITH TIME ZONE', author_id: 'INTEGER',
		author_id_name: 'TEXT', comments: 'ARRAY', tags: 'JSON', blocks: 'JSON', translations: 'JSON' })
	equal(await types('articles_blocks'), { id: 'BIGINT', articles_id: 'INTEGER', collection: 'TEXT', item: 'INTEGER', sort: 'INTEGER' })
	contains(await introspection.describeTable('articles_tags'), { id: { primaryKey: true, allowNull: false }, tags_id: { primaryKey: false, allowNull: false } })
	const keys = async (name) => (await introspection.getForeignKeyReferencesForTable(name))
		.map((key) => [key.constraintName, key.columnName, key.referencedTableName, key.referencedColumnName]).sort()
	equal(await keys('articles_tags'), [['articles_tags_articles_id_fkey', 'articles_id', 'articles', 'id'], ['articles_tags_tags_id_fkey', 'tags_id', 'tags', 'id']])
	equal(await keys('comments'), [])
	equal((await introspection.showIndex('comments')).map((index) => index.fields.map((field) => field.attribute)), [['commentable_type', 'commentable_id'], ['id']])
	equal((await introspection.showAllTables()).includes('article_list'), false)
})

await test('views are read', async () => {
	equal(plain(await ArticleList.findAll({ order: ['id'] })), ARTICLE_LIST.map(({ author_id: authorId, author_id_name: authorName, ...row }) =>
		({ ...row, authorId, authorName })))
	equal(plain(await PersonList.findAll({ order: ['id'] })), personList(String).map(
		({ boss_id: bossId, boss_id_name: bossName, profile_bio: profileBio, ...row }) => ({ ...row, bossId, bossName, profileBio })))
	contains((await PersonList.findByPk(2)).get(), { name: 'Ben', bossName: 'Ada' })
})

await test('views are filtered by what a relation leads to, ordered, and turned over', async () => {
	const titles = async (query) => (await ArticleList.findAll(query)).map((row) => row.title)
	equal(await titles({ where: { authorName: 'Ada' }, order: [['title', 'DESC']] }), ['Butter', 'Bread'])
	equal(await titles({ where: { comments: { [Op.contains]: [2] } } }), ['Bread'])
	equal(await titles({ where: { comments: { [Op.overlap]: [1, 4] } }, order: ['id'] }), ['Bread', 'Salt'])
	equal(await titles({ where: { 'blocks.0.item.words': { [Op.startsWith]: 'Give' } } }), ['Bread'])
	equal(await titles({ order: [['authorName', 'DESC NULLS LAST'], 'id'], limit: 2, offset: 1 }), ['Bread', 'Butter'])
	const { rows, count } = await ArticleList.findAndCountAll({ where: { authorName: { [Op.ne]: null } }, order: ['id'], limit: 1 })
	equal([rows.map((row) => row.title), count], [['Bread'], 3])
	equal(plain(await ArticleList.findAll({ attributes: ['authorName', [fn('count', col('*')), 'n']], group: ['authorName'], order: [['authorName', 'ASC']] })),
		[{ authorName: 'Ada', n: '2' }, { authorName: 'Ben', n: '1' }, { authorName: null, n: '1' }])
	contains(plain(await ArticleList.findAll({ include: { association: 'author', include: 'profile', where: { name: 'Ben' } } })),
		[{ title: 'Salt', author: { name: 'Ben', profile: { bio: 'Draws' } } }])
})

await test('columns of the table are written through the view', () => undone(transaction, async (within) => {
	const made = await ArticleList.create({ title: 'Oil', authorId: 3 }, within)
	contains(made.get(), { title: 'Oil', authorName: 'Cleo', comments: [], tags: [] })
	await made.update({ authorId: 2, published: new Date(0) }, within)
	contains((await made.reload(within)).get(), { authorName: 'Ben' })
	contains((await Article.findByPk(made.id, within)).get(), { title: 'Oil', authorId: 2, published: new Date(0) })
	equal(await ArticleList.update({ title: 'Ours' }, { where: { authorName: 'Ben' }, ...within }), [2])
	await made.destroy(within)
	equal(await Article.findByPk(made.id, within), null)
}))

await test('columns that a relation leads to are read-only', async () => {
	for (const run of [() => ArticleList.update({ authorName: 'Eve' }, { where: { id: 1 } }), () => ArticleList.create({ title: 'Oil', comments: [1] })]) {
		const error = await refused(run)
		ensure(error instanceof DatabaseError, error.stack)
		equal(error.parent.code, '0A000')
	}
})

await test('rows are nested: many-to-many, itself, one-to-one, many-to-any', async () => {
	const article = await Article.findByPk(1, { include: [{ association: 'author', include: ['profile', 'staff'] }, 'tags', { association: 'related', include: ['relatedFrom'] },
		'images', 'quotes', 'blocks', 'comments'], order: [['related', 'id'], ['blocks', 'sort'], ['comments', 'id'], ['author', 'staff', 'id']] })
	contains(article.get({ plain: true }), { title: 'Bread', author: { name: 'Ada', profile: { bio: 'Counts' }, staff: [{ name: 'Ben' }, { name: 'Cleo' }] },
		tags: [{ name: 'food' }], related: [{ title: 'Butter', relatedFrom: [{ title: 'Bread' }] }, { title: 'Salt' }],
		images: [{ file: 'loaf.png', Block: { sort: 2 } }], quotes: [{ words: 'Give us this day', Block: { sort: 1 } }],
		blocks: [{ collection: 'quotes', item: 1 }, { collection: 'images', item: 1 }], comments: [{ body: 'Nice' }, { body: 'Short' }] })
	equal((await (await Tag.findOne({ where: { name: 'white' } })).getArticles({ order: ['id'] })).map((row) => row.title), ['Butter', 'Salt'])
	equal((await (await Image.findByPk(1)).getArticles()).map((row) => row.title), ['Bread'])
})

await test('nested rows are created: many-to-many, itself, one-to-one, many-to-any', () => undone(transaction, async (within) => {
	const made = await Article.create({ title: 'Oil', author: { name: 'Dan', profile: { bio: 'Presses' } }, tags: [{ name: 'new' }],
		comments: [{ body: 'Smooth' }], images: [{ file: 'press.png' }] }, { ...within,
		include: [{ association: 'author', include: 'profile' }, 'tags', 'comments', 'images'] })
	await made.addTag(1, within)
	await made.setRelated([4, 1], within)
	await made.addQuote(await Quote.findByPk(1, within), { through: { sort: 0 }, ...within })
	const listed = await ArticleList.findByPk(made.id, within)
	contains(listed.get(), { title: 'Oil', authorName: 'Dan', comments: [made.comments[0].id], tags: [{ tags_id: { name: 'new' } }, { tags_id: { name: 'food' } }],
		blocks: [{ item: { words: 'Give us this day' } }, { item: { file: 'press.png' } }] })
	contains((await PersonList.findOne({ where: { name: 'Dan' }, ...within })).get(), { profileBio: 'Presses', articles: [made.id] })
	await made.setTags([2], within)
	await made.removeRelated(4, within)
	equal([(await made.getTags(within)).map((tag) => tag.name), (await made.getRelated(within)).map((row) => row.title)], [['white'], ['Bread']])
	equal(await ArticleTag.count({ where: { articlesId: made.id }, ...within }), 1)
	// a pair without direction has one row, whichever is named first
	contains((await Friendship.create({ peopleId: 3, relatedPeopleId: 1 }, within)).get(), { peopleId: 1, relatedPeopleId: 3 })
	await Comment.destroy({ where: { commentableType: 'Article', commentableId: made.id }, ...within })
	await made.destroy(within)
	equal(await Block.count({ where: { articlesId: made.id }, ...within }), 0)
}))

await test('polymorphic associations work while the database enforces them', async () => {
	const found = await Comment.findAll({ include: ['article', 'video'], order: ['id'] })
	contains(plain(found.filter((comment) => ['Article', 'Video'].includes(comment.commentableType))), [{ body: 'Nice' }, { body: 'Short' }, { body: 'Long' }])
	equal((await found[0].getCommentable()).title, 'Bread')
	equal((await found[2].getCommentable()).url, 'churning.webm')
	equal((await (await Video.findByPk(2)).getComments()).map((comment) => comment.body), ['Long'])
	await undone(transaction, async (within) => {
		const video = await Video.findByPk(1, within)
		const made = await video.createComment({ body: 'New' }, within)
		contains(made.get(), { commentableType: 'Video', commentableId: 1 })
		await (await Article.findByPk(2, within)).addComment(made, within)
		contains((await ArticleList.findByPk(2, within)).get(), { comments: [made.id] })
		const many = await Comment.bulkCreate(['article', 'video', null].map((commentableType) => ({ body: 'New', commentableType,
			commentableId: commentableType && 2 })), within)
		equal(many.length, 3)
		await made.update({ commentableType: null, commentableId: null }, within)
		const [merged] = await Comment.upsert({ id: made.id, body: 'Newer', commentableType: 'Video', commentableId: 2 }, within)
		contains(merged.get(), { id: made.id, body: 'Newer', commentableType: 'Video', commentableId: 2 })
	})
})

function violation(error, constraint = COMMENTABLE, table = 'comments') {
	ensure(error instanceof ForeignKeyConstraintError, error.stack)
	contains({ index: error.index, ...error.parent }, { index: constraint, code: '23503', schema: 'public', table, constraint })
}
const bodies = async () => (await Comment.findAll({ order: ['id'] })).map((row) => row.body)
const BODIES = ['Nice', 'Short', 'Long', 'Salty', 'Loud']

for (const [what, commentableType, commentableId] of LOST) {
	await test(`a comment on ${what} is refused as by a foreign key, and leaves nothing behind`, async () => {
		violation(await refused(() => transaction(async (within) => {
			await Comment.create({ body: 'Good', commentableType: 'Article', commentableId: 1 }, within)
			await Comment.create({ body: 'Lost', commentableType, commentableId }, within)
		})))
		violation(await refused(() => Comment.update({ commentableType, commentableId }, { where: { id: 1 } })))
		violation(await refused(() => Comment.bulkCreate([{ body: 'Good' }, { body: 'Lost', commentableType, commentableId }])))
		equal(await bodies(), BODIES)
	})
}

await test('a comment is taken off by both columns: removeComment() empties the id alone, and is refused', async () => {
	violation(await refused(async () => (await Article.findByPk(1)).removeComment(1)))
	await undone(transaction, async (within) => {
		await (await Comment.findByPk(1, within)).update({ commentableType: null, commentableId: null }, within)
		equal((await ArticleList.findByPk(1, within)).comments, [2])
	})
})

await test('a block that leads nowhere is refused as by a foreign key', async () => {
	violation(await refused(async () => (await Article.findByPk(2)).addImage(99)), 'articles_blocks_collection_item_fkey', 'articles_blocks')
	equal(await Block.count({ where: { articlesId: 2 } }), 0)
})

await test('an article that has comments is not destroyed, and what was done before comes back', async () => {
	violation(await refused(() => transaction(async (within) => {
		await Article.destroy({ where: { id: 2 }, ...within })
		await (await ArticleList.findByPk(1, within)).destroy(within)
	})))
	equal(await Article.count(), 4)
})

await test('row functions are joined in raw SQL', async () => {
	equal(await select(`SELECT a.title, p.name AS author, t.name AS tag FROM articles a, author_id(a) p, tags(a) j, tags_id(j) t
		WHERE p.name = :name ORDER BY a.id, t.id`, { name: 'Ada' }), [{ title: 'Bread', author: 'Ada', tag: 'food' },
		{ title: 'Butter', author: 'Ada', tag: 'food' }, { title: 'Butter', author: 'Ada', tag: 'white' }])
	const found = await db.query('SELECT c.* FROM videos v, comments(v) c ORDER BY c.id', { model: Comment, mapToModel: true })
	equal(found.map((comment) => [comment instanceof Comment, comment.body, comment.commentableType]), [[true, 'Long', 'Video'], [true, 'Loud', 'video']])
})

await test('row functions are columns, conditions and an order', async () => {
	const comments = literal('(SELECT count(*)::integer FROM comments("Video"))')
	equal(plain(await Video.findAll({ attributes: ['url', [comments, 'comments']], order: [[comments, 'DESC']] })),
		[{ url: 'churning.webm', comments: 2 }, { url: 'kneading.webm', comments: 0 }])
	equal((await Person.findAll({ where: literal('EXISTS (SELECT FROM friends("Person"))'), order: ['id'] })).map((row) => row.name), ['Ada', 'Ben'])
})

await test('sync({ alter: true }), which makes all foreign keys anew, leaves the relations as they are', async () => {
	const relations = () => select('SELECT many_collection, many_field, one_collection, one_field, constraint_name, on_delete FROM relations.relations ORDER BY id')
	const before = await relations()
	// PostgreSQL changes the type of no column that a view shows, not even to what it was
	const definitions = await select("SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'")
	await db.query('DROP VIEW article_list, person_list')
	await db.sync({ alter: true })
	for (const view of definitions) await db.query(`CREATE VIEW ${view.viewname} WITH (security_invoker) AS ${view.definition}`)
	equal(await relations(), before)
	equal(await select('SELECT * FROM relations.check()'), [])
	equal((await ArticleList.findByPk(1)).authorName, 'Ada')
	violation(await refused(() => Comment.create({ body: 'Lost', commentableType: 'Article', commentableId: 99 })))
})

await db.close()
process.exit(hasFailed() ? 1 : 0)
