// items.mjs: article_list for those who write to it. Drizzle writes to tables alone, so that the view is one here, which
// drizzle-kit is not shown; what a relation leads to is left out of writes like a generated column.
import { sql } from 'drizzle-orm'
import { integer, json, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core'

const alias = (column) => column.generatedAlwaysAs(sql`by the view`)

export const articleItems = pgTable('article_list', { id: serial().primaryKey(), title: text().notNull(), published: timestamp({ withTimezone: true }),
	authorId: integer('author_id'), authorName: alias(text('author_id_name')), comments: alias(integer().array()), tags: alias(json()), blocks: alias(json()) })
