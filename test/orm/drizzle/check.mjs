// check.mjs DIR: Drizzle, and drizzle-kit, which writes into DIR what it finds in the database.
import { copyFile, symlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import pg from 'pg'
import { DrizzleQueryError, and, arrayContains, arrayOverlaps, asc, count, desc, eq, getTableColumns, ilike, inArray, isNotNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { getTableConfig, getViewConfig } from 'drizzle-orm/pg-core'
import { ARTICLE_LIST, COMMENTABLE, LOST, contains, ensure, equal, hasFailed, here, npx, personList, refused, test, undone } from '../harness.mjs'
import { articleItems } from './items.mjs'
import * as schema from './schema.mjs'
import * as views from './views.mjs'

const { articles, articlesTags, blocks, comments, friendships, images, people, quotes, relatedArticles, tags, translations, videos } = schema
const { articleList, personList: people_ } = views
const folder = join(here, 'drizzle')
// it takes no absolute path to write to; and it asks for the columns of a constraint in no order, so that its plan must
// be one that gives them in theirs, or push would make the constraint anew
const kit = (...args) => npx('drizzle-kit', [...args, '--config', 'drizzle.config.mjs'], { cwd: folder,
	env: { ...process.env, OUT: relative(folder, process.argv[2]), PGOPTIONS: '-c enable_hashjoin=off -c enable_mergejoin=off' } })
const db = drizzle(new pg.Pool(), { schema })
const transaction = (run) => db.transaction(run)

await test('drizzle-kit pull finds tables, foreign keys and views, and drizzle-kit push nothing to do', async () => {
	await kit('pull')
	await symlink(join(here, 'node_modules'), join(process.argv[2], 'node_modules'))
	await copyFile(join(process.argv[2], 'schema.ts'), join(process.argv[2], 'schema.mjs'))
	const pulled = await import(join(process.argv[2], 'schema.mjs'))
	// of arrays in a view, whoever made it, drizzle-kit sees the elements' type
	const types = (columns) => Object.fromEntries(Object.values(columns).map((column) => [column.name, column.getSQLType().replace('[]', '')]))
	equal(types(getViewConfig(pulled.articleList).selectedFields), { id: 'integer', title: 'text', published: 'timestamp with time zone', author_id: 'integer',
		author_id_name: 'text', comments: 'integer', tags: 'json', blocks: 'json', translations: 'json' })
	equal(types(getViewConfig(pulled.personList).selectedFields), { id: 'integer', name: 'text', boss_id: 'integer', staff: 'integer', profile: 'integer',
		articles: 'integer', friends: 'bigint', boss_id_name: 'text', profile_bio: 'text' })
	equal(types(getTableColumns(pulled.comments)), { id: 'serial', body: 'text', commentable_type: 'varchar', commentable_id: 'integer' })
	const junction = getTableConfig(pulled.articlesTags)
	equal(junction.foreignKeys.map((key) => [key.getName(), getTableConfig(key.reference().foreignTable).name, key.onDelete]).sort(),
		[['articles_tags_articles_id_fkey', 'articles', 'cascade'], ['articles_tags_tags_id_fkey', 'tags', 'cascade']])
	equal(junction.uniqueConstraints.map((constraint) => constraint.columns.map((column) => column.name).sort()), [['articles_id', 'tags_id']])
	equal(await db.select().from(pulled.articleList).orderBy(pulled.articleList.id).then((rows) => rows.map((row) => [row.title, row.authorIdName, row.comments])),
		ARTICLE_LIST.map((row) => [row.title, row.author_id_name, row.comments]))
	const pushed = await kit('push', '--strict')
	ensure(pushed.includes('No changes detected'), pushed)
})

await test('views are read', async () => {
	equal(await db.select().from(articleList).orderBy(articleList.id), ARTICLE_LIST.map(({ author_id: authorId, author_id_name: authorName, ...row }) =>
		({ ...row, authorId, authorName })))
	equal(await db.select().from(people_).orderBy(people_.id), personList(BigInt).map(
		({ boss_id: bossId, boss_id_name: bossName, profile_bio: profileBio, ...row }) => ({ ...row, bossId, bossName, profileBio })))
})

await test('views are filtered by what a relation leads to, ordered, and turned over', async () => {
	const titles = async (query) => (await query(db.select({ title: articleList.title }).from(articleList).$dynamic())).map((row) => row.title)
	equal(await titles((list) => list.where(eq(articleList.authorName, 'Ada')).orderBy(desc(articleList.title))), ['Butter', 'Bread'])
	equal(await titles((list) => list.where(ilike(articleList.authorName, 'b%'))), ['Salt'])
	equal(await titles((list) => list.where(arrayContains(articleList.comments, [2]))), ['Bread'])
	equal(await titles((list) => list.where(arrayOverlaps(articleList.comments, [1, 4])).orderBy(articleList.id)), ['Bread', 'Salt'])
	equal(await titles((list) => list.where(sql`${articleList.blocks}->0->'item'->>'words' LIKE 'Give%'`)), ['Bread'])
	equal(await titles((list) => list.orderBy(sql`${articleList.authorName} DESC NULLS LAST`, asc(articleList.id)).limit(2).offset(1)), ['Bread', 'Butter'])
	equal(await db.$count(articleList, isNotNull(articleList.authorName)), 3)
	equal(await db.select({ name: articleList.authorName, n: count() }).from(articleList).groupBy(articleList.authorName).orderBy(articleList.authorName),
		[{ name: 'Ada', n: 2 }, { name: 'Ben', n: 1 }, { name: null, n: 1 }])
	equal(await db.select({ title: articleList.title, bio: people_.profileBio }).from(articleList).innerJoin(people_, eq(people_.id, articleList.authorId))
		.orderBy(articleList.id), [{ title: 'Bread', bio: 'Counts' }, { title: 'Butter', bio: 'Counts' }, { title: 'Salt', bio: 'Draws' }])
})

await test('columns of the table are written through the view', () => undone(transaction, async (tx) => {
	const [made] = await tx.insert(articleItems).values({ title: 'Oil', authorId: 3 }).returning()
	contains(made, { title: 'Oil', authorName: 'Cleo', comments: [], tags: [] })
	const [changed] = await tx.update(articleItems).set({ authorId: 2, published: new Date(0) }).where(eq(articleItems.authorName, 'Cleo')).returning()
	contains(changed, { id: made.id, authorName: 'Ben' })
	contains(await tx.select().from(articles).where(eq(articles.id, made.id)), [{ title: 'Oil', authorId: 2, published: new Date(0) }])
	equal((await tx.delete(articleItems).where(eq(articleItems.id, made.id))).rowCount, 1)
	equal(await tx.$count(articles, eq(articles.id, made.id)), 0)
}))

await test('columns that a relation leads to are read-only', async () => {
	const error = await refused(() => db.update(articleItems).set({ authorName: 'Eve' }).where(eq(articleItems.id, 1)))
	ensure(error instanceof DrizzleQueryError && error.cause instanceof pg.DatabaseError, error.stack)
	equal(error.cause.code, '0A000')
})

await test('rows are nested: many-to-many, itself, one-to-one, many-to-any', async () => {
	equal(await db.query.articles.findFirst({ where: eq(articles.id, 1), columns: { title: true }, with: {
		author: { columns: { name: true }, with: { profile: { columns: { bio: true } }, staff: { columns: { name: true }, orderBy: people.id },
			before: { columns: { firstId: true } }, after: { columns: {}, with: { second: { columns: { name: true } } } } } },
		tags: { columns: {}, with: { tag: { columns: { name: true } } } },
		related: { columns: {}, orderBy: relatedArticles.id, with: { related: { columns: { title: true }, with: { relatedFrom: { columns: { articleId: true } } } } } },
		blocks: { columns: { collection: true, item: true }, orderBy: blocks.sort },
		translations: { columns: { title: true }, where: eq(translations.languageCode, 'fr'), with: { language: { columns: { name: true } } } },
		comments: { columns: { body: true }, where: eq(comments.commentableType, 'Article'), orderBy: comments.id } } }), {
		title: 'Bread', author: { name: 'Ada', profile: { bio: 'Counts' }, staff: [{ name: 'Ben' }, { name: 'Cleo' }], before: [], after: [{ second: { name: 'Ben' } }] },
		tags: [{ tag: { name: 'food' } }],
		related: [{ related: { title: 'Butter', relatedFrom: [{ articleId: 1 }] } }, { related: { title: 'Salt', relatedFrom: [{ articleId: 1 }] } }],
		blocks: [{ collection: 'quotes', item: 1 }, { collection: 'images', item: 1 }],
		translations: [{ title: 'Pain', language: { name: 'French' } }], comments: [{ body: 'Nice' }, { body: 'Short' }] })
	equal(await db.select({ file: images.file, words: quotes.words }).from(blocks)
		.leftJoin(images, and(eq(blocks.collection, 'images'), eq(images.id, blocks.item)))
		.leftJoin(quotes, and(eq(blocks.collection, 'quotes'), eq(quotes.id, blocks.item))).orderBy(blocks.sort),
	[{ file: null, words: 'Give us this day' }, { file: 'loaf.png', words: null }])
})

await test('junctions are written: many-to-many, itself, without direction, many-to-any', () => undone(transaction, async (tx) => {
	const [tag] = await tx.insert(tags).values({ name: 'new' }).returning()
	await tx.insert(articlesTags).values([{ articleId: 1, tagId: tag.id }, { articleId: 1, tagId: 2 }])
	await tx.delete(articlesTags).where(and(eq(articlesTags.articleId, 1), eq(articlesTags.tagId, 1)))
	await tx.insert(relatedArticles).values({ articleId: 4, relatedId: 4 })
	const [image] = await tx.insert(images).values({ file: 'knife.png' }).returning()
	await tx.insert(blocks).values([{ articleId: 2, collection: 'images', item: image.id, sort: 2 }, { articleId: 2, collection: 'quotes', item: 1, sort: 1 }])
	await tx.insert(translations).values({ articleId: 2, languageCode: 'de', title: 'Butter' })
	contains(await tx.select().from(articleList).where(inArray(articleList.id, [1, 2])).orderBy(articleList.id), [
		{ tags: [{ tags_id: { name: 'new' } }, { tags_id: { name: 'white' } }] },
		{ blocks: [{ item: { words: 'Give us this day' } }, { item: { file: 'knife.png' } }], translations: [{ title: 'Butter' }] }])
	// a pair without direction has one row, whichever is named first
	contains(await tx.insert(friendships).values({ firstId: 3, secondId: 1 }).returning(), [{ firstId: 1, secondId: 3 }])
	equal(await tx.insert(friendships).values({ firstId: 3, secondId: 1 }).onConflictDoNothing().returning(), [])
	await tx.delete(articles).where(eq(articles.id, 2))
	equal(await tx.$count(blocks, eq(blocks.articleId, 2)), 0)
}))

await test('polymorphic columns are written and joined while the database enforces them', () => undone(transaction, async (tx) => {
	const made = await tx.insert(comments).values(['Article', 'article', 'Video', 'video']
		.map((commentableType) => ({ body: 'New', commentableType, commentableId: 2 }))).returning()
	contains(await tx.select().from(articleList).where(eq(articleList.id, 2)), [{ comments: [made[0].id, made[1].id] }])
	contains(await tx.query.comments.findMany({ where: inArray(comments.id, made.slice(1, 3).map((row) => row.id)), orderBy: comments.id,
		with: { article: true, video: true } }), [{ commentableType: 'article', article: { title: 'Butter' } }, { commentableType: 'Video', video: { url: 'churning.webm' } }])
	await tx.update(comments).set({ commentableType: null, commentableId: null }).where(eq(comments.id, made[0].id))
	equal(await tx.insert(comments).values({ id: made[1].id, body: 'Never', commentableType: 'Video', commentableId: 1 }).onConflictDoUpdate({ target: comments.id,
		set: { commentableType: sql`excluded.commentable_type`, commentableId: sql`excluded.commentable_id` } }).returning(),
	[{ id: made[1].id, body: 'New', commentableType: 'Video', commentableId: 1 }])
}))

function violation(error, table = 'comments', constraint = COMMENTABLE) {
	ensure(error instanceof DrizzleQueryError && error.cause instanceof pg.DatabaseError, error.stack)
	contains(error.cause, { code: '23503', schema: 'public', table, constraint })
}
const bodies = async () => (await db.select().from(comments).orderBy(comments.id)).map((row) => row.body)
const BODIES = ['Nice', 'Short', 'Long', 'Salty', 'Loud']

for (const [what, commentableType, commentableId] of LOST) {
	await test(`a comment on ${what} is refused as by a foreign key, and leaves nothing behind`, async () => {
		violation(await refused(() => transaction(async (tx) => {
			await tx.insert(comments).values({ body: 'Good', commentableType: 'Article', commentableId: 1 })
			await tx.insert(comments).values({ body: 'Lost', commentableType, commentableId })
		})))
		violation(await refused(() => db.update(comments).set({ commentableType, commentableId }).where(eq(comments.id, 1))))
		violation(await refused(() => db.insert(comments).values([{ body: 'Good' }, { body: 'Lost', commentableType, commentableId }])))
		equal(await bodies(), BODIES)
	})
}

await test('a block that leads nowhere is refused as by a foreign key', async () => {
	violation(await refused(() => db.insert(blocks).values({ articleId: 1, collection: 'images', item: 99 })), 'articles_blocks',
		'articles_blocks_collection_item_fkey')
})

await test('an article that has comments is not deleted, and what was done before comes back', async () => {
	violation(await refused(() => transaction(async (tx) => {
		await tx.delete(articles).where(eq(articles.id, 2))
		await tx.delete(articleItems).where(eq(articleItems.id, 1))
	})))
	equal(await db.$count(articles), 4)
})

await test('a nested transaction takes a violation back, and the outer one goes on', () => undone(transaction, async (tx) => {
	violation(await refused(() => tx.transaction((inner) => inner.insert(comments).values({ body: 'Lost', commentableType: 'Video', commentableId: 9 }))))
	await tx.insert(comments).values({ body: 'Found', commentableType: 'Video', commentableId: 1 })
	equal(await tx.$count(comments, inArray(comments.body, ['Lost', 'Found'])), 1)
}))

await test('row functions are joined', async () => {
	const all = sql`true`
	equal(await db.select({ title: articles.title, author: sql`p.name`, tag: sql`t.name` }).from(articles)
		.innerJoinLateral(sql`author_id(${articles}) p`, all).innerJoinLateral(sql`tags(${articles}) j`, all).innerJoinLateral(sql`tags_id(j) t`, all)
		.where(sql`p.name = ${'Ada'}`).orderBy(articles.id, sql`t.id`), [{ title: 'Bread', author: 'Ada', tag: 'food' },
		{ title: 'Butter', author: 'Ada', tag: 'food' }, { title: 'Butter', author: 'Ada', tag: 'white' }])
	equal((await db.execute(sql`SELECT p.name, f.name AS friend FROM people p, friends(p) j, related_people_id(j) f ORDER BY 1`)).rows,
		[{ name: 'Ada', friend: 'Ben' }, { name: 'Ben', friend: 'Ada' }])
})

await test('row functions are extra columns and conditions', async () => {
	const counted = sql`(SELECT count(*)::integer FROM comments(${videos}))`
	equal(await db.query.videos.findMany({ columns: { url: true }, extras: { n: counted.as('n') }, orderBy: videos.id }),
		[{ url: 'kneading.webm', n: 0 }, { url: 'churning.webm', n: 2 }])
	equal(await db.select({ title: articles.title }).from(articles).where(sql`EXISTS (SELECT FROM comments(${articles}))`).orderBy(articles.id),
		[{ title: 'Bread' }, { title: 'Salt' }])
})

await db.$client.end()
process.exit(hasFailed() ? 1 : 0)
