// check.mjs: requests of PostgREST's, see requests.mjs: row functions are its computed relationships.
import pg from 'pg'
import { ARTICLE_LIST, COMMENTABLE, LOST, contains, ensure, equal, hasFailed, personList, refused, test, undone } from '../harness.mjs'
import { get, mutate, post, readRelationships } from './requests.mjs'

const client = new pg.Client()
await client.connect()
const relationships = await readRelationships(client)
const ask = async (statement) => (await client.query(statement)).rows[0].body
const read = (table, parameters) => ask(get(relationships, table, parameters))

async function transaction(run) {
	await client.query('BEGIN')
	try {
		await run()
		await client.query('COMMIT')
	} catch (error) {
		await client.query('ROLLBACK')
		throw error
	}
}

await test('each end of a relation is a computed relationship, to one row or to many', () => {
	const found = (table) => Object.fromEntries(Object.values(relationships[table]).map(({ name, target, toOne }) => [name, toOne ? target : [target]]))
	equal(found('articles'), { author_id: 'people', blocks: ['articles_blocks'], comments: ['comments'], related: ['articles_articles'],
		related_from: ['articles_articles'], tags: ['articles_tags'], translations: ['articles_translations'] })
	equal(found('people'), { articles: ['articles'], boss_id: 'people', friends: ['people_people'], profile: 'profiles', staff: ['people'] })
	equal(found('profiles'), { person_id: 'people' })
	equal(found('tags'), { articles: ['articles_tags'] })
	equal(found('articles_tags'), { articles_id: 'articles', tags_id: 'tags' })
	equal(found('articles_blocks'), { articles_id: 'articles', images: 'images', quotes: 'quotes' })
	equal(found('comments'), { articles: 'articles', videos: 'videos' })
	equal(found('images'), { used_in: ['articles_blocks'] })
	equal(found('videos'), { comments: ['comments'] })
})

await test('rows are embedded, to one and to many, in any depth', async () => {
	equal(await read('articles', { select: 'title,author:author_id(name,profile(bio))', order: 'id' }), [
		{ title: 'Bread', author: { name: 'Ada', profile: { bio: 'Counts' } } }, { title: 'Butter', author: { name: 'Ada', profile: { bio: 'Counts' } } },
		{ title: 'Salt', author: { name: 'Ben', profile: { bio: 'Draws' } } }, { title: 'Water', author: null }])
	equal(await read('articles', { select: 'title,tags(tags_id(name)),related(to:related_articles_id(title,related_from(articles_id(title)))),translations(title,languages_code(name))',
		id: 'eq.1', 'tags.order': 'id', 'related.order': 'id', 'translations.order': 'id' }), [{ title: 'Bread', tags: [{ tags_id: { name: 'food' } }],
		related: ['Butter', 'Salt'].map((title) => ({ to: { title, related_from: [{ articles_id: { title: 'Bread' } }] } })),
		translations: [{ title: 'Brot', languages_code: { name: 'German' } }, { title: 'Pain', languages_code: { name: 'French' } }] }])
	equal(await read('people', { select: 'name,boss_id(name),staff(name),friends(related_people_id(name))', order: 'id', 'staff.order': 'name.desc' }), [
		{ name: 'Ada', boss_id: null, staff: [{ name: 'Cleo' }, { name: 'Ben' }], friends: [{ related_people_id: { name: 'Ben' } }] },
		{ name: 'Ben', boss_id: { name: 'Ada' }, staff: [], friends: [{ related_people_id: { name: 'Ada' } }] },
		{ name: 'Cleo', boss_id: { name: 'Ada' }, staff: [], friends: [] }])
})

await test('rows of many-to-any are embedded, and from both sides', async () => {
	equal(await read('articles', { select: 'title,blocks(collection,images(file),quotes(words))', id: 'eq.1', 'blocks.order': 'sort' }), [{ title: 'Bread', blocks: [
		{ collection: 'quotes', images: null, quotes: { words: 'Give us this day' } }, { collection: 'images', images: { file: 'loaf.png' }, quotes: null }] }])
	equal(await read('comments', { select: 'body,articles(title),videos(url)', order: 'id', limit: '3', offset: '1' }), [
		{ body: 'Short', articles: { title: 'Bread' }, videos: null }, { body: 'Long', articles: null, videos: { url: 'churning.webm' } },
		{ body: 'Salty', articles: { title: 'Salt' }, videos: null }])
	equal(await read('images', { select: 'file,used_in(articles_id(title))' }), [{ file: 'loaf.png', used_in: [{ articles_id: { title: 'Bread' } }] }])
})

await test('embedded rows are filtered, ordered and limited, and filter and order what they are embedded in', async () => {
	const names = async (parameters) => (await read('articles', parameters)).map((row) => row.title)
	equal(await read('people', { select: 'name,articles(title)', 'articles.title': 'like.B*', 'articles.order': 'title.desc', 'articles.limit': '1', order: 'id' }),
		[{ name: 'Ada', articles: [{ title: 'Butter' }] }, { name: 'Ben', articles: [] }, { name: 'Cleo', articles: [] }])
	equal(await names({ select: 'title,author_id!inner(name)', 'author_id.name': 'eq.Ben' }), ['Salt'])
	equal(await names({ select: 'title,tags!inner(tags_id!inner(name))', 'tags.tags_id.name': 'eq.white', order: 'id' }), ['Butter', 'Salt'])
	equal(await names({ select: 'title,comments!inner(body)', order: 'title.desc' }), ['Salt', 'Bread'])
	equal(await names({ select: 'title,comments(body)', comments: 'not.is.null', order: 'id' }), ['Bread', 'Salt'])
	equal(await names({ select: 'title,author_id(name)', author_id: 'not.is.null', order: 'author_id(name).desc,title.desc' }), ['Salt', 'Butter', 'Bread'])
	equal(await names({ select: 'title,author_id(name)', order: 'author_id(name).desc,id', limit: '2', offset: '1' }), ['Salt', 'Bread'])
})

await test('a computed relationship is a join to the planner, not a function', async () => {
	const { text, values } = get(relationships, 'articles', { select: 'title,author_id(name),tags(tags_id(name)),blocks(images(file))', id: 'eq.1' })
	const plan = (await client.query({ text: `EXPLAIN ${text}`, values })).rows.map((row) => row['QUERY PLAN']).join('\n')
	ensure(!/Function Scan/.test(plan), plan)
})

await test('views are read and filtered like tables', async () => {
	equal((await read('article_list', { order: 'id' })).map((row) => ({ ...row, published: row.published && new Date(row.published) })), ARTICLE_LIST)
	equal(await read('person_list', { order: 'id' }), personList(Number))
	equal(await read('article_list', { select: 'title,author:author_id_name', author_id_name: 'eq.Ada', order: 'title.desc' }),
		[{ title: 'Butter', author: 'Ada' }, { title: 'Bread', author: 'Ada' }])
	equal(await read('article_list', { select: 'title', comments: 'cs.{2}' }), [{ title: 'Bread' }])
	equal(await read('article_list', { select: 'title', comments: 'ov.{1,4}', order: 'id' }), [{ title: 'Bread' }, { title: 'Salt' }])
})

const TYPES = { body: 'text', commentable_type: 'character varying', commentable_id: 'integer' }
const comment = (commentable_type, commentable_id) => ({ body: 'New', commentable_type, commentable_id })

await test('what is written comes back with rows embedded', () => undone(transaction, async () => {
	equal(await ask(post(relationships, 'comments', { select: 'body,articles(title),videos(url)', order: 'id' }, [comment('Article', 2), comment('video', 1), comment(null, null)], TYPES)),
		[{ body: 'New', articles: { title: 'Butter' }, videos: null }, { body: 'New', articles: null, videos: { url: 'kneading.webm' } },
			{ body: 'New', articles: null, videos: null }])
	equal(await ask(mutate(relationships, 'articles', { select: 'title,author_id(name),comments(body)' },
		'UPDATE "public"."articles" SET "title" = $1 WHERE "public"."articles"."id" = $2', ['Ghee', 2])),
	[{ title: 'Ghee', author_id: { name: 'Ada' }, comments: [{ body: 'New' }] }])
	equal(await ask(post(relationships, 'article_list', { select: 'title,author_id_name' }, [{ title: 'Oil', author_id: 3 }], { title: 'text', author_id: 'integer' })),
		[{ title: 'Oil', author_id_name: 'Cleo' }])
}))

// 23503 is 409 to its clients
const violation = (error) => contains({ ...error, class: error.constructor.name },
	{ class: 'DatabaseError', code: '23503', schema: 'public', table: 'comments', constraint: COMMENTABLE })

for (const [what, type, id] of LOST) {
	await test(`a comment on ${what} is refused as by a foreign key, and leaves nothing behind`, async () => {
		violation(await refused(() => transaction(() => ask(post(relationships, 'comments', { select: 'id' }, [comment('Article', 1), comment(type, id)], TYPES)))))
		equal(await read('comments', { select: 'id', body: 'eq.New' }), [])
	})
}

await test('an article that has comments is not deleted', async () => {
	violation(await refused(() => transaction(() => ask(mutate(relationships, 'articles', { select: 'id' },
		'DELETE FROM "public"."articles" WHERE "public"."articles"."id" = $1', [1])))))
	equal((await read('articles', { select: 'id' })).length, 4)
})

await client.end()
process.exit(hasFailed() ? 1 : 0)
