// views.mjs: the views of world.sql, as existing, or `drizzle-kit push` would drop them.
import { bigint, integer, json, pgView, text, timestamp } from 'drizzle-orm/pg-core'

export const articleList = pgView('article_list', { id: integer().notNull(), title: text().notNull(), published: timestamp({ withTimezone: true }),
	authorId: integer('author_id'), authorName: text('author_id_name'), comments: integer().array().notNull(), tags: json().notNull(),
	blocks: json().notNull(), translations: json().notNull() }).existing()
export const personList = pgView('person_list', { id: integer().notNull(), name: text().notNull(), bossId: integer('boss_id'),
	staff: integer().array().notNull(), profile: integer(), articles: integer().array().notNull(), friends: bigint({ mode: 'bigint' }).array().notNull(),
	bossName: text('boss_id_name'), profileBio: text('profile_bio') }).existing()
