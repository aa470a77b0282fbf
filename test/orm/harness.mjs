// harness.mjs: what the clients of this folder that speak JavaScript have in common.
import { dirname, join } from 'node:path'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export { contains, ensure, equal, hasFailed, test } from '../harness.mjs'

export const here = dirname(fileURLToPath(import.meta.url))

// A program that npm has brought, as its users call it; what it prints
export async function npx(program, args, options = {}) {
	const { stdout } = await promisify(execFile)(join(here, 'node_modules/.bin', program), args, options)
	return stdout
}

class Undo extends Error {}

// RUN in a transaction, which TRANSACTION, a function of the client's, makes and which is taken back
export async function undone(transaction, run) {
	try {
		await transaction(async (...handles) => {
			await run(...handles)
			throw new Undo('taken back')
		})
	} catch (error) {
		if (!(error instanceof Undo)) throw error
	}
}

// the error that RUN, which must fail, ends with
export async function refused(run) {
	let result
	try {
		result = await run()
	} catch (error) {
		return error
	}
	throw new Error(`nothing was refused: ${result}`)
}

// The constraint of comments, and references that it refuses
export const COMMENTABLE = 'comments_commentable_type_commentable_id_fkey'
export const LOST = [
	['a row that is not there', 'Article', 99],
	['a class that is not allowed', 'Tag', 1],
	['a type and no id', 'Video', null],
	['an id and no type', null, 1],
]

// What article_list and person_list hold
const day = (month) => new Date(Date.UTC(2024, month - 1, 1, 12))
export const ARTICLE_LIST = [
	{ id: 1, title: 'Bread', published: day(3), author_id: 1, author_id_name: 'Ada', comments: [1, 2], tags: [{ tags_id: { name: 'food' } }],
		blocks: [{ item: { words: 'Give us this day' } }, { item: { file: 'loaf.png' } }], translations: [{ title: 'Brot' }, { title: 'Pain' }] },
	{ id: 2, title: 'Butter', published: day(4), author_id: 1, author_id_name: 'Ada', comments: [],
		tags: [{ tags_id: { name: 'food' } }, { tags_id: { name: 'white' } }], blocks: [], translations: [] },
	{ id: 3, title: 'Salt', published: null, author_id: 2, author_id_name: 'Ben', comments: [4], tags: [{ tags_id: { name: 'white' } }],
		blocks: [], translations: [] },
	{ id: 4, title: 'Water', published: null, author_id: null, author_id_name: null, comments: [], tags: [{ tags_id: { name: 'free' } }],
		blocks: [], translations: [] },
]
// friends are keys of a junction, which are bigint: BIG says how the client has it
export const personList = (big) => [
	{ id: 1, name: 'Ada', boss_id: null, staff: [2, 3], profile: 1, articles: [1, 2], friends: [big(1)], boss_id_name: null, profile_bio: 'Counts' },
	{ id: 2, name: 'Ben', boss_id: 1, staff: [], profile: 2, articles: [3], friends: [big(1)], boss_id_name: 'Ada', profile_bio: 'Draws' },
	{ id: 3, name: 'Cleo', boss_id: 1, staff: [], profile: null, articles: [], friends: [], boss_id_name: 'Ada', profile_bio: null },
]
