// check.mjs: Kysely builds queries and has no models; views and row functions are tables to it.
import pg from 'pg'
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres'
import { ARTICLE_LIST, COMMENTABLE, LOST, contains, ensure, equal, hasFailed, personList, refused, test, undone } from '../harness.mjs'

const pool = new pg.Pool()
const db = new Kysely({ dialect: new PostgresDialect({ pool }) })
const transaction = (run) => db.transaction().execute(run)

await test('introspection shows tables and views with their types', async () => {
	const found = await db.introspection.getTables()
	const tables = Object.fromEntries(found.map((table) => [table.name, table]))
	const types = (name) => Object.fromEntries(tables[name].columns.map((column) => [column.name, column.dataType]))
	equal(types('article_list'), { id: 'int4', title: 'text', published: 'timestamptz', author_id: 'int4', author_id_name: 'text',
		comments: '_int4', tags: 'json', blocks: 'json', translations: 'json' })
	equal(types('person_list'), { id: 'int4', name: 'text', boss_id: 'int4', staff: '_int4', profile: 'int4', articles: '_int4',
		friends: '_int8', boss_id_name: 'text', profile_bio: 'text' })
	equal(types('articles_blocks'), { id: 'int8', articles_id: 'int4', collection: 'text', item: 'int4', sort: 'int4' })
	equal([tables.article_list.isView, tables.articles.isView], [true, false])
	const junction = Object.fromEntries(tables.articles_tags.columns.map((column) => [column.name, column]))
	contains(junction.id, { isAutoIncrementing: true, isNullable: false })
	contains(junction.tags_id, { isAutoIncrementing: false, isNullable: false })
	equal(found.filter((table) => table.schema === 'public').map((table) => table.name).sort(), ['article_list', 'articles',
		'articles_articles', 'articles_blocks', 'articles_tags', 'articles_translations', 'comments', 'images', 'languages', 'people',
		'people_people', 'person_list', 'profiles', 'quotes', 'tags', 'videos'])
})

await test('views are read', async () => {
	equal(await db.selectFrom('article_list').selectAll().orderBy('id').execute(), ARTICLE_LIST)
	equal(await db.selectFrom('person_list').selectAll().orderBy('id').execute(), personList(String))
})

await test('views are filtered by what a relation leads to, ordered, and turned over', async () => {
	const titles = (query) => query.select('title').execute().then((rows) => rows.map((row) => row.title))
	const list = db.selectFrom('article_list')
	equal(await titles(list.where('author_id_name', '=', 'Ada').orderBy('title', 'desc')), ['Butter', 'Bread'])
	equal(await titles(list.where('comments', '@>', sql.val([2]))), ['Bread'])
	equal(await titles(list.where('comments', '&&', sql.val([1, 4])).orderBy('id')), ['Bread', 'Salt'])
	equal(await titles(list.where(sql.val(4), '=', ({ fn }) => fn.any('comments'))), ['Salt'])
	equal(await titles(list.where(sql`blocks->0->'item'->>'words'`, 'like', 'Give%')), ['Bread'])
	equal(await titles(list.orderBy('author_id_name', 'desc').orderBy('id').limit(2).offset(1)), ['Salt', 'Bread'])
	equal(await list.innerJoin('person_list', 'person_list.id', 'article_list.author_id').select(['title', 'profile_bio'])
		.where('author_id_name', 'is not', null).orderBy('title').execute(), [{ title: 'Bread', profile_bio: 'Counts' },
		{ title: 'Butter', profile_bio: 'Counts' }, { title: 'Salt', profile_bio: 'Draws' }])
})

await test('plugins that rename columns do so in views', async () => {
	const camel = db.withPlugin(new CamelCasePlugin({ maintainNestedObjectKeys: true }))
	equal(await camel.selectFrom('articleList').select(['id', 'authorIdName']).where('authorIdName', '=', 'Ben').execute(),
		[{ id: 3, authorIdName: 'Ben' }])
})

await test('columns of the table are written through the view', () => undone(transaction, async (trx) => {
	const made = await trx.insertInto('article_list').values({ title: 'Oil', author_id: 3 }).returningAll().executeTakeFirstOrThrow()
	contains(made, { title: 'Oil', author_id: 3, author_id_name: 'Cleo', comments: [], tags: [] })
	const changed = await trx.updateTable('article_list').set({ author_id: 2 }).where('author_id_name', '=', 'Cleo')
		.returning(['id', 'author_id_name']).execute()
	equal(changed, [{ id: made.id, author_id_name: 'Ben' }])
	contains(await trx.selectFrom('articles').selectAll().where('id', '=', made.id).executeTakeFirst(), { title: 'Oil', author_id: 2 })
	const gone = await trx.deleteFrom('article_list').where('id', '=', made.id).executeTakeFirst()
	equal(gone.numDeletedRows, 1n)
	equal(await trx.selectFrom('articles').selectAll().where('id', '=', made.id).executeTakeFirst(), undefined)
}))

await test('columns that a relation leads to are read-only', async () => {
	const error = await refused(() => db.updateTable('article_list').set({ author_id_name: 'Eve' }).where('id', '=', 1).execute())
	equal([error.constructor, error.code], [pg.DatabaseError, '0A000'])
	ensure(error.message.includes('author_id_name'), error.message)
	equal((await refused(() => db.insertInto('article_list').values({ title: 'Oil', comments: [1] }).execute())).code, '0A000')
})

await test('rows are nested: many-to-many, itself, one-to-one, many-to-any', async () => {
	const articles = await db.selectFrom('articles as a').where('a.id', '=', 1).select((e) => ['a.title',
		jsonObjectFrom(e.selectFrom('people as p').whereRef('p.id', '=', 'a.author_id').select((f) => ['p.name',
			jsonObjectFrom(f.selectFrom('profiles').whereRef('person_id', '=', 'p.id').select('bio')).as('profile')])).as('author'),
		jsonArrayFrom(e.selectFrom('articles_tags').innerJoin('tags', 'tags.id', 'tags_id').whereRef('articles_id', '=', 'a.id')
			.select('name').orderBy('articles_tags.id')).as('tags'),
		jsonArrayFrom(e.selectFrom('articles_articles as j').innerJoin('articles as r', 'r.id', 'j.related_articles_id')
			.whereRef('j.articles_id', '=', 'a.id').select('r.title').orderBy('j.id')).as('related'),
		jsonArrayFrom(e.selectFrom('articles_blocks as b').whereRef('articles_id', '=', 'a.id').orderBy('sort')
			.leftJoin('images', (join) => join.onRef('images.id', '=', 'item').on('collection', '=', 'images'))
			.leftJoin('quotes', (join) => join.onRef('quotes.id', '=', 'item').on('collection', '=', 'quotes'))
			.select(['collection', 'file', 'words'])).as('blocks'),
		jsonArrayFrom(e.selectFrom('comments').whereRef('commentable_id', '=', 'a.id').where('commentable_type', '=', 'Article')
			.select('body').orderBy('id')).as('comments'),
	]).execute()
	equal(articles, [{ title: 'Bread', author: { name: 'Ada', profile: { bio: 'Counts' } }, tags: [{ name: 'food' }],
		related: [{ title: 'Butter' }, { title: 'Salt' }], comments: [{ body: 'Nice' }, { body: 'Short' }],
		blocks: [{ collection: 'quotes', file: null, words: 'Give us this day' }, { collection: 'images', file: 'loaf.png', words: null }] }])
})

await test('junctions are written: many-to-many, itself, without direction, many-to-any', () => undone(transaction, async (trx) => {
	await trx.insertInto('articles_tags').values({ articles_id: 1, tags_id: 3 }).execute()
	await trx.insertInto('articles_articles').values([{ articles_id: 4, related_articles_id: 1 }, { articles_id: 4, related_articles_id: 4 }]).execute()
	const image = await trx.insertInto('images').values({ file: 'knife.png' }).returning('id').executeTakeFirstOrThrow()
	await trx.insertInto('articles_blocks').values({ articles_id: 2, collection: 'images', item: image.id }).execute()
	contains(await trx.selectFrom('article_list').selectAll().where('id', 'in', [1, 2]).orderBy('id').execute(), [
		{ tags: [{ tags_id: { name: 'food' } }, { tags_id: { name: 'free' } }] }, { blocks: [{ item: { file: 'knife.png' } }] }])
	// a pair without direction has one row, whichever is named first
	const pair = await trx.insertInto('people_people').values({ people_id: 3, related_people_id: 1 })
		.returning(['people_id', 'related_people_id']).executeTakeFirst()
	equal(pair, { people_id: 1, related_people_id: 3 })
	const again = await trx.insertInto('people_people').values({ people_id: 3, related_people_id: 1 })
		.onConflict((conflict) => conflict.columns(['people_id', 'related_people_id']).doNothing()).executeTakeFirst()
	equal(again.numInsertedOrUpdatedRows, 0n)
	await trx.deleteFrom('articles').where('id', '=', 2).execute()
	equal(await trx.selectFrom('articles_blocks').select('id').where('articles_id', '=', 2).execute(), [])
}))

await test('polymorphic columns are written while the database enforces them', () => undone(transaction, async (trx) => {
	const made = await trx.insertInto('comments').values(['Article', 'article', 'Video', 'video']
		.map((commentable_type) => ({ body: 'New', commentable_type, commentable_id: 2 }))).returning('id').execute()
	equal(made.length, 4)
	contains(await trx.selectFrom('article_list').select('comments').where('id', '=', 2).executeTakeFirst(), { comments: [made[0].id, made[1].id] })
	await trx.updateTable('comments').set({ commentable_type: null, commentable_id: null }).where('id', '=', made[0].id).execute()
	const merged = await trx.insertInto('comments').values({ id: made[1].id, body: 'Newer', commentable_type: 'Video', commentable_id: 1 })
		.onConflict((conflict) => conflict.column('id').doUpdateSet((e) => ({ commentable_type: e.ref('excluded.commentable_type'),
			commentable_id: e.ref('excluded.commentable_id') }))).returningAll().executeTakeFirst()
	equal(merged, { id: made[1].id, body: 'New', commentable_type: 'Video', commentable_id: 1 })
}))

const bodies = () => db.selectFrom('comments').select('body').orderBy('id').execute().then((rows) => rows.map((row) => row.body))
const BODIES = ['Nice', 'Short', 'Long', 'Salty', 'Loud']
const violation = (error, fields) => contains({ ...error, class: error.constructor.name },
	{ class: 'DatabaseError', code: '23503', schema: 'public', constraint: COMMENTABLE, ...fields })

for (const [what, commentable_type, commentable_id] of LOST) {
	await test(`a comment on ${what} is refused as by a foreign key, and leaves nothing behind`, async () => {
		violation(await refused(() => transaction(async (trx) => {
			await trx.insertInto('comments').values({ body: 'Good', commentable_type: 'Article', commentable_id: 1 }).execute()
			await trx.insertInto('comments').values({ body: 'Lost', commentable_type, commentable_id }).execute()
		})), { table: 'comments' })
		violation(await refused(() => db.updateTable('comments').set({ commentable_type, commentable_id }).where('id', '=', 1).execute()),
			{ table: 'comments' })
		equal(await bodies(), BODIES)
	})
}

await test('an article that has comments is not deleted, and what was done before comes back', async () => {
	violation(await refused(() => transaction(async (trx) => {
		await trx.deleteFrom('articles').where('id', '=', 2).execute()
		await trx.deleteFrom('article_list').where('id', '=', 1).execute()
	})), { table: 'comments' })
	equal((await db.selectFrom('articles').select('id').orderBy('id').execute()).map((row) => row.id), [1, 2, 3, 4])
})

await test('a savepoint takes a violation back, and the transaction goes on', async () => {
	const trx = await db.startTransaction().execute()
	try {
		const saved = await trx.savepoint('before').execute()
		violation(await refused(() => saved.insertInto('comments').values({ body: 'Lost', commentable_type: 'Video', commentable_id: 9 }).execute()), {})
		await saved.rollbackToSavepoint('before').execute()
		await trx.insertInto('comments').values({ body: 'Found', commentable_type: 'Video', commentable_id: 1 }).execute()
		equal((await trx.selectFrom('comments').select('id').where('body', 'in', ['Lost', 'Found']).execute()).length, 1)
	} finally {
		await trx.rollback().execute()
	}
	equal(await bodies(), BODIES)
})

await test('row functions are joined', async () => {
	const row = (name, alias) => sql`${sql.id(name)}(${sql.id(alias)})`
	const found = await db.selectFrom('articles as a')
		.innerJoinLateral(row('author_id', 'a').as('p'), (join) => join.onTrue())
		.innerJoinLateral(row('tags', 'a').as('j'), (join) => join.onTrue())
		.innerJoinLateral(row('tags_id', 'j').as('t'), (join) => join.onTrue())
		.select(['a.title', 'p.name as author', 't.name as tag']).orderBy('a.id').orderBy('t.id').execute()
	equal(found, [{ title: 'Bread', author: 'Ada', tag: 'food' }, { title: 'Butter', author: 'Ada', tag: 'food' },
		{ title: 'Butter', author: 'Ada', tag: 'white' }, { title: 'Salt', author: 'Ben', tag: 'white' }])
	const blocks = await db.selectFrom('articles as a')
		.innerJoinLateral(row('blocks', 'a').as('b'), (join) => join.onTrue())
		.leftJoinLateral(row('images', 'b').as('i'), (join) => join.onTrue())
		.leftJoinLateral(row('quotes', 'b').as('q'), (join) => join.onTrue())
		.select(['a.title', 'i.file', 'q.words']).orderBy('b.sort').execute()
	equal(blocks, [{ title: 'Bread', file: null, words: 'Give us this day' }, { title: 'Bread', file: 'loaf.png', words: null }])
})

await test('row functions are counted, and nested as json', async () => {
	const found = await db.selectFrom('videos as v').select((e) => ['v.url',
		e.selectFrom(sql`comments(v)`.as('c')).select(({ fn }) => fn.countAll().as('n')).as('n'),
		jsonArrayFrom(e.selectFrom(sql`comments(v)`.as('c')).select('c.body').orderBy('c.id')).as('comments')]).orderBy('v.id').execute()
	equal(found, [{ url: 'kneading.webm', n: '0', comments: [] }, { url: 'churning.webm', n: '2', comments: [{ body: 'Long' }, { body: 'Loud' }] }])
	const friends = await sql`SELECT p.name, f.name AS friend FROM people p, friends(p) j, related_people_id(j) f ORDER BY 1`.execute(db)
	equal(friends.rows, [{ name: 'Ada', friend: 'Ben' }, { name: 'Ben', friend: 'Ada' }])
})

await db.destroy()
process.exit(hasFailed() ? 1 : 0)
