// check.mjs: TypeORM, with the entities of entities.ts.
import pg from 'pg'
import { ArrayContains, ArrayOverlap, DataSource, ILike, In, IsNull, Not, QueryFailedError } from 'typeorm'
import { ARTICLE_LIST, COMMENTABLE, LOST, contains, ensure, equal, hasFailed, personList, refused, test, undone } from '../harness.mjs'
import * as entities from './entities.ts'

const { Article, ArticleBlock, ArticleList, ArticleTag, Comment, Friendship, Image, Note, Person, PersonList, Quote, Tag, Video } = entities
const open = (classes) => new DataSource({ type: 'postgres', host: process.env.PGHOST, port: Number(process.env.PGPORT),
	username: process.env.PGUSER, database: process.env.PGDATABASE, entities: classes }).initialize()
const db = await open(Object.values(entities).filter((entity) => entity !== Note))
const { manager } = db
const transaction = (run) => manager.transaction(run)
const plain = (rows) => rows.map((row) => ({ ...row }))

await test('the query runner shows tables and views with their types', async () => {
	const runner = db.createQueryRunner()
	const table = async (name) => {
		const { columns, foreignKeys, indices, uniques } = await runner.getTable(name)
		return { foreignKeys, indices, uniques, types: Object.fromEntries(columns.map((column) => [column.name, column.type + (column.isArray ? '[]' : '')])) }
	}
	try {
		equal((await table('article_list')).types, { id: 'integer', title: 'text', published: 'timestamp with time zone', author_id: 'integer',
			author_id_name: 'text', comments: 'integer[]', tags: 'json', blocks: 'json', translations: 'json' })
		equal((await table('person_list')).types, { id: 'integer', name: 'text', boss_id: 'integer', staff: 'integer[]', profile: 'integer',
			articles: 'integer[]', friends: 'bigint[]', boss_id_name: 'text', profile_bio: 'text' })
		const junction = await table('articles_tags')
		equal(junction.types, { id: 'bigint', articles_id: 'integer', tags_id: 'integer' })
		equal(junction.foreignKeys.map((key) => [key.name, key.columnNames, key.referencedTableName.split('.').pop(), key.referencedColumnNames, key.onDelete]).sort(), [
			['articles_tags_articles_id_fkey', ['articles_id'], 'articles', ['id'], 'CASCADE'], ['articles_tags_tags_id_fkey', ['tags_id'], 'tags', ['id'], 'CASCADE']])
		const comments = await table('comments')
		equal([comments.foreignKeys, comments.uniques], [[], []])
		equal(comments.indices.map((index) => index.columnNames.sort()), [['commentable_id', 'commentable_type']])
	} finally {
		await runner.release()
	}
})

await test('views are read', async () => {
	equal(plain(await manager.find(ArticleList, { order: { id: 'ASC' } })), ARTICLE_LIST.map(({ author_id: authorId, author_id_name: authorName, ...row }) =>
		({ ...row, authorId, authorName })))
	equal(plain(await manager.find(PersonList, { order: { id: 'ASC' } })), personList(String).map(
		({ boss_id: bossId, boss_id_name: bossName, profile_bio: profileBio, ...row }) => ({ ...row, bossId, bossName, profileBio })))
	contains(await manager.findOneBy(PersonList, { id: 2 }), { name: 'Ben', bossName: 'Ada' })
})

await test('views are filtered by what a relation leads to, ordered, and turned over', async () => {
	const titles = async (query) => (await manager.find(ArticleList, query)).map((row) => row.title)
	equal(await titles({ where: { authorName: 'Ada' }, order: { title: 'DESC' } }), ['Butter', 'Bread'])
	equal(await titles({ where: { authorName: ILike('b%') } }), ['Salt'])
	equal(await titles({ where: { comments: ArrayContains([2]) } }), ['Bread'])
	equal(await titles({ where: { comments: ArrayOverlap([1, 4]) }, order: { id: 'ASC' } }), ['Bread', 'Salt'])
	equal(await titles({ order: { authorName: { direction: 'DESC', nulls: 'LAST' }, id: 'ASC' }, take: 2, skip: 1 }), ['Bread', 'Butter'])
	equal(await manager.findAndCount(ArticleList, { where: { authorName: Not(IsNull()) }, select: { id: true }, order: { id: 'ASC' }, take: 1 })
		.then(([rows, count]) => [rows[0].id, count]), [1, 3])
	equal(await manager.createQueryBuilder(ArticleList, 'a').select('a.authorName', 'name').addSelect('count(*)::int', 'n').groupBy('a.authorName')
		.having('count(*) > 1').getRawMany(), [{ name: 'Ada', n: 2 }])
	const [article] = await manager.find(ArticleList, { where: { author: { profile: { bio: 'Draws' } } }, relations: { author: { profile: true } } })
	contains(article, { title: 'Salt', authorName: 'Ben', author: { name: 'Ben', profile: { bio: 'Draws' } } })
	equal((await manager.createQueryBuilder(ArticleList, 'a').innerJoinAndMapOne('a.writer', PersonList, 'p', 'p.id = a.authorId')
		.where("p.profileBio = 'Counts'").orderBy('a.id').getMany()).map((row) => [row.title, row.writer.staff]), [['Bread', [2, 3]], ['Butter', [2, 3]]])
})

await test('columns of the table are written through the view', () => undone(transaction, async (em) => {
	const made = await em.save(ArticleList, { title: 'Oil', authorId: 3 })
	contains(await em.findOneBy(ArticleList, { id: made.id }), { title: 'Oil', authorId: 3, authorName: 'Cleo', comments: [], tags: [] })
	const read = await em.findOneByOrFail(ArticleList, { id: made.id })
	await em.save(Object.assign(read, { authorId: 2, published: new Date(0) }))
	contains(await em.findOneBy(Article, { id: made.id }), { title: 'Oil', authorId: 2, published: new Date(0) })
	equal((await em.update(ArticleList, { authorName: 'Ben' }, { title: 'Ours' })).affected, 2)
	equal((await em.delete(ArticleList, made.id)).affected, 1)
	equal(await em.findOneBy(Article, { id: made.id }), null)
}))

await test('columns that a relation leads to are read-only', async () => {
	// TypeORM leaves out what the entity says is not written, and PostgreSQL refuses it
	await undone(transaction, async (em) => {
		const read = await em.findOneByOrFail(ArticleList, { id: 1 })
		await em.save(Object.assign(read, { title: 'Loaf', authorName: 'Eve' }))
		contains(await em.findOneBy(ArticleList, { id: 1 }), { title: 'Loaf', authorName: 'Ada' })
	})
	const error = await refused(() => db.query('UPDATE article_list SET author_id_name = $1 WHERE id = 1', ['Eve']))
	ensure(error instanceof QueryFailedError, error.stack)
	equal(error.driverError.code, '0A000')
})

await test('rows are nested: many-to-many, itself, one-to-one, many-to-any', async () => {
	const article = await manager.findOne(Article, { where: { id: 1 }, order: { related: { id: 'ASC' }, blocks: { sort: 'ASC' }, translations: { id: 'ASC' } },
		relations: { author: { profile: true, staff: true }, tags: true, related: { relatedFrom: true }, blocks: true, translations: { language: true } } })
	const titles = (rows) => rows.map((row) => row.title)
	contains(article, { title: 'Bread', author: { name: 'Ada', profile: { bio: 'Counts' }, staff: [{}, {}] }, tags: [{ name: 'food' }],
		related: [{ title: 'Butter' }, { title: 'Salt' }], blocks: [{ collection: 'quotes', item: 1 }, { collection: 'images', item: 1 }],
		translations: [{ title: 'Brot', language: { name: 'German' } }, { title: 'Pain', language: { name: 'French' } }] })
	equal(titles(article.related[0].relatedFrom), ['Bread'])
	equal(titles(await manager.find(Article, { where: { tags: { name: 'white' } }, order: { id: 'ASC' } })), ['Butter', 'Salt'])
	const blocks = await manager.createQueryBuilder(ArticleBlock, 'b').leftJoinAndMapOne('b.image', Image, 'i', "b.collection = 'images' AND i.id = b.item")
		.leftJoinAndMapOne('b.quote', Quote, 'q', "b.collection = 'quotes' AND q.id = b.item").orderBy('b.sort').getMany()
	contains(blocks, [{ quote: { words: 'Give us this day' }, image: null }, { image: { file: 'loaf.png' }, quote: null }])
	const [first] = await manager.find(Friendship, { relations: { first: true, second: true } })
	equal([first.first.name, first.second.name], ['Ada', 'Ben'])
})

await test('nested rows are saved: many-to-many, itself, one-to-one, many-to-any', () => undone(transaction, async (em) => {
	const food = await em.findOneByOrFail(Tag, { name: 'food' })
	const made = await em.save(Article, { title: 'Oil', author: { name: 'Dan', profile: { bio: 'Presses' } }, tags: [food, { name: 'new' }],
		related: [await em.findOneByOrFail(Article, { id: 4 })], blocks: [{ collection: 'quotes', item: 1, sort: 2 }, { collection: 'images', item: 1, sort: 1 }],
		translations: [{ title: 'Oel', language: { code: 'de' } }] })
	contains(await em.findOneBy(ArticleList, { id: made.id }), { title: 'Oil', authorName: 'Dan', tags: [{ tags_id: { name: 'food' } }, { tags_id: { name: 'new' } }],
		blocks: [{ item: { file: 'loaf.png' } }, { item: { words: 'Give us this day' } }], translations: [{ title: 'Oel' }] })
	contains(await em.findOneBy(PersonList, { name: 'Dan' }), { profileBio: 'Presses', articles: [made.id] })
	// what a collection no longer holds goes out of the junction
	made.tags.shift()
	await em.save(Article, made)
	contains(await em.findOneBy(ArticleList, { id: made.id }), { tags: [{ tags_id: { name: 'new' } }] })
	await em.createQueryBuilder().relation(Article, 'related').of(made.id).remove(4)
	await em.createQueryBuilder().relation(Article, 'related').of(made.id).add([1, 2])
	equal((await em.findOne(Article, { where: { id: made.id }, relations: { related: true } })).related.map((row) => row.id).sort(), [1, 2])
	// the junction as an entity, and a pair without direction, which has one row, whichever is named first
	await em.save(ArticleTag, { article: { id: made.id }, tag: { id: 3 } })
	await em.save(Friendship, { first: { id: 3 }, second: { id: 1 } })
	contains(await em.findOne(Friendship, { where: { second: { id: 3 } }, relations: { first: true } }), { first: { name: 'Ada' } })
	await em.remove(Article, made)
	equal(await em.countBy(ArticleBlock, { collection: 'quotes' }), 1)
}))

await test('polymorphic columns are written and joined while the database enforces them', () => undone(transaction, async (em) => {
	const made = await em.save(Comment, ['Article', 'article', 'Video', 'video'].map((commentableType) => ({ body: 'New', commentableType, commentableId: 2 })))
	contains(await em.findOneBy(ArticleList, { id: 2 }), { comments: [made[0].id, made[1].id] })
	const article = await em.createQueryBuilder(Article, 'a')
		.leftJoinAndMapMany('a.comments', Comment, 'c', "c.commentableId = a.id AND c.commentableType IN ('Article', 'article')")
		.where({ id: 2 }).orderBy('c.id').getOne()
	equal(article.comments.map((comment) => comment.id), [made[0].id, made[1].id])
	await em.save(Comment, Object.assign(made[0], { commentableType: null, commentableId: null }))
	await em.update(Comment, { id: made[1].id }, { body: 'Newer', commentableType: 'Video', commentableId: 1 })
	contains(await em.findOneBy(Comment, { id: made[1].id }), { body: 'Newer', commentableType: 'Video', commentableId: 1 })
	equal((await em.findOneBy(ArticleList, { id: 2 })).comments, [])
}))

function violation(error, table = 'comments', constraint = COMMENTABLE) {
	ensure(error instanceof QueryFailedError && error.driverError instanceof pg.DatabaseError, error.stack)
	contains(error.driverError, { code: '23503', schema: 'public', table, constraint })
}
const bodies = async () => (await manager.find(Comment, { order: { id: 'ASC' } })).map((row) => row.body)
const BODIES = ['Nice', 'Short', 'Long', 'Salty', 'Loud']

for (const [what, commentableType, commentableId] of LOST) {
	await test(`a comment on ${what} is refused as by a foreign key, and leaves nothing behind`, async () => {
		violation(await refused(() => transaction(async (em) => {
			await em.save(Comment, { body: 'Good', commentableType: 'Article', commentableId: 1 })
			await em.save(Comment, { body: 'Lost', commentableType, commentableId })
		})))
		violation(await refused(() => manager.update(Comment, 1, { commentableType, commentableId })))
		// many at once are one transaction
		violation(await refused(() => manager.save(Comment, [{ body: 'Good' }, { body: 'Lost', commentableType, commentableId }])))
		equal(await bodies(), BODIES)
	})
}

await test('a nested save with a block that leads nowhere leaves nothing behind', async () => {
	violation(await refused(() => manager.save(Article, { title: 'Lost', blocks: [{ collection: 'images', item: 99 }] })),
		'articles_blocks', 'articles_blocks_collection_item_fkey')
	equal(await manager.countBy(Article, { title: 'Lost' }), 0)
})

await test('an article that has comments is not removed, and what was done before comes back', async () => {
	violation(await refused(() => transaction(async (em) => {
		await em.delete(Article, 2)
		await em.remove(await em.findOneByOrFail(ArticleList, { id: 1 }))
	})))
	equal(await manager.countBy(Article, { id: In([1, 2, 3, 4]) }), 4)
})

await test('a nested transaction takes a violation back, and the outer one goes on', () => undone(transaction, async (em) => {
	violation(await refused(() => em.transaction((inner) => inner.save(Comment, { body: 'Lost', commentableType: 'Video', commentableId: 9 }))))
	await em.save(Comment, { body: 'Found', commentableType: 'Video', commentableId: 1 })
	equal(await em.countBy(Comment, { body: In(['Lost', 'Found']) }), 1)
}))

await test('row functions are joined in raw SQL', async () => {
	equal(await db.query(`SELECT a.title, p.name AS author, t.name AS tag FROM articles a, author_id(a) p, tags(a) j, tags_id(j) t
		WHERE p.name = $1 ORDER BY a.id, t.id`, ['Ada']), [{ title: 'Bread', author: 'Ada', tag: 'food' },
		{ title: 'Butter', author: 'Ada', tag: 'food' }, { title: 'Butter', author: 'Ada', tag: 'white' }])
	equal(await db.query('SELECT p.name, f.name AS friend FROM people p, friends(p) j, related_people_id(j) f ORDER BY 1'),
		[{ name: 'Ada', friend: 'Ben' }, { name: 'Ben', friend: 'Ada' }])
})

await test('row functions are virtual columns, conditions and sub-selects', async () => {
	equal((await manager.find(Video, { order: { id: 'ASC' } })).map((video) => video.commentCount), [0, 2])
	equal((await manager.find(Video, { where: { commentCount: 2 } })).map((video) => video.url), ['churning.webm'])
	equal((await manager.createQueryBuilder(Article, 'a').where('EXISTS (SELECT FROM comments(a))').orderBy('a.id').getMany()).map((row) => row.title), ['Bread', 'Salt'])
	equal(await manager.createQueryBuilder(Article, 'a').select('a.title', 'title').addSelect('(SELECT name FROM author_id(a))', 'author')
		.orderBy('a.id').getRawMany(), [{ title: 'Bread', author: 'Ada' }, { title: 'Butter', author: 'Ada' }, { title: 'Salt', author: 'Ben' },
		{ title: 'Water', author: null }])
})

await test('synchronize() has nothing to do, and leaves the relations alone where it has', async () => {
	equal((await db.driver.createSchemaBuilder().log()).upQueries.map((query) => query.query), [])
	const changed = await open(Object.values(entities))
	try {
		await changed.synchronize()
		await changed.manager.save(Note, { article: { id: 2 } })
		equal(await changed.query('SELECT * FROM relations.check()'), [])
	} finally {
		await changed.destroy()
	}
	violation(await refused(() => manager.save(Comment, { body: 'Lost', commentableType: 'Article', commentableId: 99 })))
})

await db.destroy()
process.exit(hasFailed() ? 1 : 0)
