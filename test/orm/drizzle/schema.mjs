// schema.mjs: the tables of world.sql in Drizzle's words, so that `drizzle-kit push` has nothing to do, and their relations.
import { relations, sql } from 'drizzle-orm'
import { bigint, check, foreignKey, index, integer, pgTable, serial, text, timestamp, unique, varchar } from 'drizzle-orm/pg-core'

const identity = () => bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity()
// what a junction has: two foreign keys that cascade, an index for the second, a pair but once
const junction = (name, left, leftTable, right, rightTable) => (table) => {
	const [[leftKey, leftColumn], [rightKey, rightColumn]] = [left, right]
	return [
		unique(`${name}_${leftColumn}_${rightColumn}_key`).on(table[leftKey], table[rightKey]),
		index(`${name}_${rightColumn}_idx`).on(table[rightKey]),
		foreignKey({ name: `${name}_${leftColumn}_fkey`, columns: [table[leftKey]], foreignColumns: [leftTable] }).onDelete('cascade'),
		foreignKey({ name: `${name}_${rightColumn}_fkey`, columns: [table[rightKey]], foreignColumns: [rightTable] }).onDelete('cascade'),
	]
}

export const people = pgTable('people', { id: serial().primaryKey(), name: text().notNull(), bossId: integer('boss_id') }, (table) => [
	index('people_boss_id_idx').on(table.bossId),
	foreignKey({ name: 'people_boss_id_fkey', columns: [table.bossId], foreignColumns: [table.id] }),
])
export const profiles = pgTable('profiles', { id: serial().primaryKey(), bio: text(), personId: integer('person_id') }, (table) => [
	unique('profiles_person_id_key').on(table.personId),
	foreignKey({ name: 'profiles_person_id_fkey', columns: [table.personId], foreignColumns: [people.id] }),
])
export const articles = pgTable('articles', { id: serial().primaryKey(), title: text().notNull(),
	published: timestamp({ withTimezone: true }), authorId: integer('author_id') }, (table) => [
	index('articles_author_id_idx').on(table.authorId),
	foreignKey({ name: 'articles_author_id_fkey', columns: [table.authorId], foreignColumns: [people.id] }),
])
export const videos = pgTable('videos', { id: serial().primaryKey(), url: text().notNull(), seconds: integer() })
export const tags = pgTable('tags', { id: serial().primaryKey(), name: text().notNull() }, (table) => [unique('tags_name_key').on(table.name)])
export const images = pgTable('images', { id: serial().primaryKey(), file: text().notNull() })
export const quotes = pgTable('quotes', { id: serial().primaryKey(), words: text().notNull() })
export const languages = pgTable('languages', { code: text().primaryKey(), name: text().notNull() })
export const comments = pgTable('comments', { id: serial().primaryKey(), body: text().notNull(),
	commentableType: varchar('commentable_type'), commentableId: integer('commentable_id') }, (table) => [
	index('comments_commentable_type_commentable_id_idx').on(table.commentableType, table.commentableId),
])

export const articlesTags = pgTable('articles_tags', { id: identity(), articleId: integer('articles_id').notNull(), tagId: integer('tags_id').notNull() },
	junction('articles_tags', ['articleId', 'articles_id'], articles.id, ['tagId', 'tags_id'], tags.id))
export const relatedArticles = pgTable('articles_articles', { id: identity(), articleId: integer('articles_id').notNull(),
	relatedId: integer('related_articles_id').notNull() },
	junction('articles_articles', ['articleId', 'articles_id'], articles.id, ['relatedId', 'related_articles_id'], articles.id))
export const friendships = pgTable('people_people', { id: identity(), firstId: integer('people_id').notNull(), secondId: integer('related_people_id').notNull() },
	(table) => [...junction('people_people', ['firstId', 'people_id'], people.id, ['secondId', 'related_people_id'], people.id)(table),
		check('people_people_people_id_related_people_id_check', sql`people_id < related_people_id`)])
export const translations = pgTable('articles_translations', { id: identity(), articleId: integer('articles_id').notNull(),
	languageCode: text('languages_code').notNull(), title: text() },
	junction('articles_translations', ['articleId', 'articles_id'], articles.id, ['languageCode', 'languages_code'], languages.code))
export const blocks = pgTable('articles_blocks', { id: identity(), articleId: integer('articles_id').notNull(), collection: text().notNull(),
	item: integer().notNull(), sort: integer() }, (table) => [
	index('articles_blocks_articles_id_idx').on(table.articleId),
	index('articles_blocks_collection_item_idx').on(table.collection, table.item),
	foreignKey({ name: 'articles_blocks_articles_id_fkey', columns: [table.articleId], foreignColumns: [articles.id] }).onDelete('cascade'),
])

export const peopleRelations = relations(people, ({ one, many }) => ({
	boss: one(people, { fields: [people.bossId], references: [people.id], relationName: 'staff' }),
	staff: many(people, { relationName: 'staff' }),
	profile: one(profiles),
	articles: many(articles),
	before: many(friendships, { relationName: 'second' }),
	after: many(friendships, { relationName: 'first' }),
}))
export const friendshipsRelations = relations(friendships, ({ one }) => ({
	first: one(people, { fields: [friendships.firstId], references: [people.id], relationName: 'first' }),
	second: one(people, { fields: [friendships.secondId], references: [people.id], relationName: 'second' }),
}))
export const profilesRelations = relations(profiles, ({ one }) => ({
	person: one(people, { fields: [profiles.personId], references: [people.id] }),
}))
// Drizzle has no polymorphic relations: an alias that is one has a condition in each query, or a join by hand
export const articlesRelations = relations(articles, ({ one, many }) => ({
	author: one(people, { fields: [articles.authorId], references: [people.id] }),
	tags: many(articlesTags),
	related: many(relatedArticles, { relationName: 'from' }),
	relatedFrom: many(relatedArticles, { relationName: 'to' }),
	blocks: many(blocks),
	translations: many(translations),
	comments: many(comments),
}))
export const commentsRelations = relations(comments, ({ one }) => ({
	article: one(articles, { fields: [comments.commentableId], references: [articles.id] }),
	video: one(videos, { fields: [comments.commentableId], references: [videos.id] }),
}))
export const tagsRelations = relations(tags, ({ many }) => ({ articles: many(articlesTags) }))
export const articlesTagsRelations = relations(articlesTags, ({ one }) => ({
	article: one(articles, { fields: [articlesTags.articleId], references: [articles.id] }),
	tag: one(tags, { fields: [articlesTags.tagId], references: [tags.id] }),
}))
export const relatedArticlesRelations = relations(relatedArticles, ({ one }) => ({
	article: one(articles, { fields: [relatedArticles.articleId], references: [articles.id], relationName: 'from' }),
	related: one(articles, { fields: [relatedArticles.relatedId], references: [articles.id], relationName: 'to' }),
}))
export const blocksRelations = relations(blocks, ({ one }) => ({
	article: one(articles, { fields: [blocks.articleId], references: [articles.id] }),
	image: one(images, { fields: [blocks.item], references: [images.id] }),
	quote: one(quotes, { fields: [blocks.item], references: [quotes.id] }),
}))
export const translationsRelations = relations(translations, ({ one }) => ({
	article: one(articles, { fields: [translations.articleId], references: [articles.id] }),
	language: one(languages, { fields: [translations.languageCode], references: [languages.code] }),
}))
