// check.mjs DIR: Prisma, with nothing of it in Rust. Its client is generated into DIR, and `prisma db pull` reads the
// database there. Views are a `view`, which Prisma only reads, or a model.
import { copyFile, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ARTICLE_LIST, COMMENTABLE, LOST, contains, ensure, equal, hasFailed, here, npx, personList, refused, test, undone } from '../harness.mjs'

const dir = process.argv[2]
const env = { ...process.env, DATABASE_URL: 'postgresql://the.adapter/says', CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' }
const prisma = (...args) => npx('prisma', args, { cwd: dir, env })

await symlink(join(here, 'node_modules'), join(dir, 'node_modules'))
for (const file of ['schema.prisma', 'prisma.config.mjs']) await copyFile(join(here, 'prisma', file), join(dir, file))
await prisma('generate')
const { PrismaPg } = await import('@prisma/adapter-pg')
const { default: { Prisma, PrismaClient } } = await import(join(dir, 'client/index.js'))
const db = new PrismaClient({ adapter: new PrismaPg({}), errorFormat: 'minimal' })
const transaction = (run) => db.$transaction(run)

await test('prisma db pull finds tables, foreign keys and views, and prisma db push nothing to do', async () => {
	const written = await readFile(join(dir, 'schema.prisma'), 'utf8')
	await writeFile(join(dir, 'pulled.prisma'), written.slice(0, written.indexOf('model ')))
	await prisma('db', 'pull', '--schema', 'pulled.prisma')
	const pulled = await readFile(join(dir, 'pulled.prisma'), 'utf8')
	const lines = (block) => {
		const text = pulled.match(new RegExp(`^${block} \\{\\n(.*?)^\\}`, 'ms'))
		ensure(text, `${block}: ${pulled}`)
		return text[1].split('\n').map((line) => line.trim().replace(/ +/g, ' ')).filter((line) => line !== '')
	}
	equal(lines('view article_list'), ['id Int?', 'title String?', 'published DateTime? @db.Timestamptz(6)', 'author_id Int?',
		'author_id_name String?', 'comments Int[]', 'tags Json? @db.Json', 'blocks Json? @db.Json', 'translations Json? @db.Json'])
	equal(lines('view person_list'), ['id Int?', 'name String?', 'boss_id Int?', 'staff Int[]', 'profile Int?', 'articles Int[]',
		'friends BigInt[]', 'boss_id_name String?', 'profile_bio String?'])
	equal(lines('model comments'), ['id Int @id @default(autoincrement())', 'body String', 'commentable_type String? @db.VarChar',
		'commentable_id Int?', '@@index([commentable_type, commentable_id])'])
	equal(lines('model articles_tags'), ['id BigInt @id @default(autoincrement())', 'articles_id Int', 'tags_id Int',
		'articles articles @relation(fields: [articles_id], references: [id], onDelete: Cascade, onUpdate: NoAction)',
		'tags tags @relation(fields: [tags_id], references: [id], onDelete: Cascade, onUpdate: NoAction)',
		'@@unique([articles_id, tags_id])', '@@index([tags_id])'])
	ensure(lines('model profiles').includes('person_id Int? @unique'), lines('model profiles'))
	ensure(lines('model people').includes('profiles profiles?'), lines('model people'))
	const pushed = await prisma('db', 'push', '--skip-generate', '--schema', 'pulled.prisma')
	ensure(pushed.includes('already in sync'), pushed)
})

const listed = ({ authorId, authorName, ...row }) => ({ ...row, author_id: authorId, author_id_name: authorName })
const personListed = ({ bossId, bossName, profileBio, ...row }) => ({ ...row, boss_id: bossId, boss_id_name: bossName, profile_bio: profileBio })

await test('views are read', async () => {
	equal((await db.articleList.findMany({ orderBy: { id: 'asc' } })).map(listed),
		ARTICLE_LIST.map((row) => listed({ ...row, authorId: row.author_id, authorName: row.author_id_name })))
	equal((await db.personList.findMany({ orderBy: { id: 'asc' } })).map(personListed), personList(BigInt)
		.map((row) => personListed({ ...row, bossId: row.boss_id, bossName: row.boss_id_name, profileBio: row.profile_bio })))
	contains(await db.personList.findUnique({ where: { id: 2 } }), { name: 'Ben', bossName: 'Ada' })
})

await test('views are filtered by what a relation leads to, ordered, and turned over', async () => {
	const titles = async (query) => (await db.articleList.findMany(query)).map((row) => row.title)
	equal(await titles({ where: { authorName: 'Ada' }, orderBy: { title: 'desc' } }), ['Butter', 'Bread'])
	equal(await titles({ where: { authorName: { startsWith: 'a', mode: 'insensitive' } }, orderBy: { id: 'asc' } }), ['Bread', 'Butter'])
	equal(await titles({ where: { comments: { has: 4 } } }), ['Salt'])
	equal(await titles({ where: { comments: { hasEvery: [1, 2] } } }), ['Bread'])
	equal(await titles({ where: { comments: { hasSome: [1, 4] } }, orderBy: { id: 'asc' } }), ['Bread', 'Salt'])
	equal(await titles({ where: { comments: { isEmpty: true } }, orderBy: { id: 'asc' } }), ['Butter', 'Water'])
	equal(await titles({ where: { blocks: { path: ['0', 'item', 'words'], string_starts_with: 'Give' } } }), ['Bread'])
	equal(await titles({ orderBy: [{ authorName: { sort: 'desc', nulls: 'last' } }, { id: 'asc' }], take: 2, skip: 1 }), ['Bread', 'Butter'])
	equal(await titles({ orderBy: { id: 'asc' }, cursor: { id: 3 }, take: 2 }), ['Salt', 'Water'])
	equal(await db.articleList.count({ where: { authorName: { not: null } } }), 3)
	equal((await db.articleList.groupBy({ by: 'authorName', _count: true, orderBy: { authorName: 'asc' } }))
		.map((row) => [row.authorName, row._count]), [['Ada', 2], ['Ben', 1], [null, 1]])
})

for (const relationLoadStrategy of ['join', 'query']) {
	await test(`views have relations of their own, loaded by ${relationLoadStrategy}`, async () => {
		const found = await db.articleList.findMany({ relationLoadStrategy, where: { author: { profile: { bio: 'Draws' } } },
			select: { title: true, author: { select: { name: true, profile: { select: { bio: true } } } } } })
		equal(found, [{ title: 'Salt', author: { name: 'Ben', profile: { bio: 'Draws' } } }])
		equal(await db.person.findUnique({ relationLoadStrategy, where: { id: 1 },
			select: { listed: { select: { title: true, comments: true, authorName: true }, orderBy: { id: 'asc' } } } }),
		{ listed: [{ title: 'Bread', comments: [1, 2], authorName: 'Ada' }, { title: 'Butter', comments: [], authorName: 'Ada' }] })
	})
}

await test('columns of the table are written through the view', () => undone(transaction, async (tx) => {
	const made = await tx.articleList.create({ data: { title: 'Oil', author: { connect: { id: 3 } } } })
	contains(made, { title: 'Oil', authorId: 3, authorName: 'Cleo', comments: [], tags: [] })
	contains(await tx.articleList.update({ where: { id: made.id }, data: { authorId: 2 } }), { authorName: 'Ben' })
	equal(await tx.articleList.updateMany({ where: { authorName: 'Ben' }, data: { published: new Date(0) } }), { count: 2 })
	contains(await tx.article.findUnique({ where: { id: made.id } }), { title: 'Oil', authorId: 2, published: new Date(0) })
	contains(await tx.articleList.delete({ where: { id: made.id } }), { id: made.id })
	equal(await tx.article.findUnique({ where: { id: made.id } }), null)
}))

await test('columns that a relation leads to are read-only', async () => {
	for (const run of [() => db.articleList.update({ where: { id: 1 }, data: { authorName: 'Eve' } }),
		() => db.articleList.create({ data: { title: 'Oil', comments: [1] } })]) {
		const error = await refused(run)
		contains(error, { name: 'DriverAdapterError', cause: { originalCode: '0A000' } })
	}
	ensure(await refused(() => db.personList.create({ data: { name: 'Eve' } })) instanceof Prisma.PrismaClientUnknownRequestError)
})

await test('rows are nested: many-to-many, itself, one-to-one, many-to-any', async () => {
	const article = await db.article.findUnique({ where: { id: 1 }, select: { title: true,
		author: { select: { name: true, profile: { select: { bio: true } }, before: { select: { first: { select: { name: true } } } },
			after: { select: { second: { select: { name: true } } } } } },
		tags: { select: { tag: { select: { name: true } } } },
		related: { select: { related: { select: { title: true, relatedFrom: { select: { article: { select: { title: true } } } } } } }, orderBy: { id: 'asc' } },
		blocks: { orderBy: { sort: 'asc' }, select: { collection: true, item: true } },
		translations: { where: { languageCode: 'fr' }, select: { title: true, language: { select: { name: true } } } } } })
	const from = [{ article: { title: 'Bread' } }]
	equal(article, { title: 'Bread', tags: [{ tag: { name: 'food' } }],
		author: { name: 'Ada', profile: { bio: 'Counts' }, before: [], after: [{ second: { name: 'Ben' } }] },
		related: [{ related: { title: 'Butter', relatedFrom: from } }, { related: { title: 'Salt', relatedFrom: from } }],
		blocks: [{ collection: 'quotes', item: 1 }, { collection: 'images', item: 1 }],
		translations: [{ title: 'Pain', language: { name: 'French' } }] })
	// items of many-to-any are looked up by hand, as Prisma's users do
	const items = { images: (id) => db.image.findUnique({ where: { id } }), quotes: (id) => db.quote.findUnique({ where: { id } }) }
	contains(await Promise.all(article.blocks.map((block) => items[block.collection](block.item))), [{ words: 'Give us this day' }, { file: 'loaf.png' }])
	equal(await db.article.findMany({ where: { tags: { some: { tag: { name: 'white' } } } }, select: { id: true }, orderBy: { id: 'asc' } }), [{ id: 2 }, { id: 3 }])
})

await test('nested rows are written: many-to-many, itself, one-to-one, many-to-any', () => undone(transaction, async (tx) => {
	const made = await tx.article.create({
		data: { title: 'Oil', author: { create: { name: 'Dan', profile: { create: { bio: 'Presses' } } } },
			tags: { create: [{ tag: { connect: { name: 'food' } } }, { tag: { connectOrCreate: { where: { name: 'new' }, create: { name: 'new' } } } }] },
			related: { create: [{ related: { connect: { id: 4 } } }] },
			blocks: { create: [{ collection: 'quotes', item: 1, sort: 2 }, { collection: 'images', item: 1, sort: 1 }] },
			translations: { create: { title: 'Oel', language: { connect: { code: 'de' } } } } },
		include: { tags: true } })
	equal(made.tags.length, 2)
	equal(listed(await tx.articleList.findUnique({ where: { id: made.id } })), { id: made.id, title: 'Oil', published: null,
		author_id: made.authorId, author_id_name: 'Dan', comments: [], tags: [{ tags_id: { name: 'food' } }, { tags_id: { name: 'new' } }],
		blocks: [{ item: { file: 'loaf.png' } }, { item: { words: 'Give us this day' } }], translations: [{ title: 'Oel' }] })
	await tx.article.update({ where: { id: made.id }, data: { tags: { delete: { id: made.tags[0].id } },
		blocks: { updateMany: { where: { collection: 'quotes' }, data: { sort: 0 } } } } })
	contains(await tx.articleList.findUnique({ where: { id: made.id } }), { tags: [{ tags_id: { name: 'new' } }],
		blocks: [{ item: { words: 'Give us this day' } }, { item: { file: 'loaf.png' } }] })
	// a pair without direction has one row, whichever is named first
	contains(await tx.friendship.create({ data: { first: { connect: { id: 3 } }, second: { connect: { id: 1 } } } }), { firstId: 1, secondId: 3 })
	await tx.article.delete({ where: { id: made.id } })
	equal(await tx.articleBlock.count({ where: { articleId: made.id } }), 0)
}))

await test('polymorphic columns are written while the database enforces them', () => undone(transaction, async (tx) => {
	const made = await tx.comment.createManyAndReturn({ data: ['Article', 'article', 'Video', 'video']
		.map((commentableType) => ({ body: 'New', commentableType, commentableId: 2 })) })
	contains(await tx.articleList.findUnique({ where: { id: 2 } }), { comments: [made[0].id, made[1].id] })
	await tx.comment.update({ where: { id: made[0].id }, data: { commentableType: null, commentableId: null } })
	const video = { commentableType: 'Video', commentableId: 1 }
	contains(await tx.comment.upsert({ where: { id: made[1].id }, create: { body: 'Never' }, update: video }), { body: 'New', ...video })
	contains(await tx.comment.upsert({ where: { id: 1000 }, create: { body: 'Newest', ...video }, update: {} }), { body: 'Newest', ...video })
}))

function violation(error, constraint = COMMENTABLE) {
	ensure(error instanceof Prisma.PrismaClientKnownRequestError, error.stack)
	contains(error, { code: 'P2003', meta: { driverAdapterError: { cause: { kind: 'ForeignKeyConstraintViolation', originalCode: '23503', constraint: { index: constraint } } } } })
}
const bodies = async () => (await db.comment.findMany({ orderBy: { id: 'asc' } })).map((row) => row.body)
const BODIES = ['Nice', 'Short', 'Long', 'Salty', 'Loud']

for (const [what, commentableType, commentableId] of LOST) {
	await test(`a comment on ${what} is refused as by a foreign key, and leaves nothing behind`, async () => {
		violation(await refused(() => transaction(async (tx) => {
			await tx.comment.create({ data: { body: 'Good', commentableType: 'Article', commentableId: 1 } })
			await tx.comment.create({ data: { body: 'Lost', commentableType, commentableId } })
		})))
		violation(await refused(() => db.$transaction([
			db.comment.create({ data: { body: 'Good', commentableType: 'Article', commentableId: 1 } }),
			db.comment.update({ where: { id: 1 }, data: { commentableType, commentableId } }),
		], { isolationLevel: 'Serializable' })))
		violation(await refused(() => db.comment.createMany({ data: [{ body: 'Good' }, { body: 'Lost', commentableType, commentableId }] })))
		equal(await bodies(), BODIES)
	})
}

await test('a nested write with a block that leads nowhere leaves nothing behind', async () => {
	violation(await refused(() => db.article.create({ data: { title: 'Lost', blocks: { create: { collection: 'images', item: 99 } } } })),
		'articles_blocks_collection_item_fkey')
	equal(await db.article.count({ where: { title: 'Lost' } }), 0)
})

await test('an article that has comments is not deleted, and what was done before comes back', async () => {
	violation(await refused(() => transaction(async (tx) => {
		await tx.article.delete({ where: { id: 2 } })
		await tx.articleList.delete({ where: { id: 1 } })
	})))
	equal((await db.article.findMany({ orderBy: { id: 'asc' } })).map((row) => row.id), [1, 2, 3, 4])
})

await test('row functions are joined in raw SQL', async () => {
	const name = 'A%'
	equal(await db.$queryRaw`SELECT a.title, p.name AS author, t.name AS tag FROM articles a, author_id(a) p, tags(a) j, tags_id(j) t
		WHERE p.name LIKE ${name} ORDER BY a.id, t.id`, [{ title: 'Bread', author: 'Ada', tag: 'food' },
		{ title: 'Butter', author: 'Ada', tag: 'food' }, { title: 'Butter', author: 'Ada', tag: 'white' }])
	equal(await db.$queryRaw`SELECT i.file, q.words FROM articles a CROSS JOIN LATERAL blocks(a) b LEFT JOIN LATERAL images(b) i ON true
		LEFT JOIN LATERAL quotes(b) q ON true ORDER BY b.sort`, [{ file: null, words: 'Give us this day' }, { file: 'loaf.png', words: null }])
	equal(await db.$queryRaw`SELECT p.name, f.name AS friend FROM people p, friends(p) j, related_people_id(j) f ORDER BY 1`,
		[{ name: 'Ada', friend: 'Ben' }, { name: 'Ben', friend: 'Ada' }])
})

await test('row functions extend models', async () => {
	const extended = db.$extends({ model: { video: {
		comments: (id) => db.$queryRaw(Prisma.sql`SELECT c.* FROM videos v, comments(v) c WHERE v.id = ${id} ORDER BY c.id`) } } })
	equal(await extended.video.comments(2), [{ id: 3, body: 'Long', commentable_type: 'Video', commentable_id: 2 },
		{ id: 5, body: 'Loud', commentable_type: 'video', commentable_id: 2 }])
	equal(await extended.video.comments(1), [])
})

await test('relations follow what prisma db push changes', async () => {
	const rule = () => db.$queryRaw`SELECT on_delete FROM relations.relations WHERE constraint_name = 'articles_author_id_fkey'`
	const pulled = await readFile(join(dir, 'pulled.prisma'), 'utf8')
	equal(await rule(), [{ on_delete: 'NO ACTION' }])
	await writeFile(join(dir, 'pulled.prisma'), pulled
		.replace(/(fields: \[author_id\], references: \[id\], onDelete: )NoAction/, '$1SetNull')
		.replace(/^ +seconds +Int\?/m, '$&\n  note String @default("none")'))
	await prisma('db', 'push', '--skip-generate', '--schema', 'pulled.prisma')
	equal(await rule(), [{ on_delete: 'SET NULL' }])
	equal(await db.$queryRaw`SELECT * FROM relations.check()`, [])
	equal(await db.$queryRaw`SELECT v.note, c.body FROM comments c, videos(c) v ORDER BY c.id`, [{ note: 'none', body: 'Long' }, { note: 'none', body: 'Loud' }])
	violation(await refused(() => db.comment.create({ data: { body: 'Lost', commentableType: 'Video', commentableId: 9 } })))
})

await db.$disconnect()
process.exit(hasFailed() ? 1 : 0)
