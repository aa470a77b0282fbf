// reference.mjs: every request of the reference document, as it is written there, and what is documented of its answer.
import { contains, ensure, equal, expect, send, test } from './harness.mjs'

const KEYS = ['id', 'many_collection', 'many_field', 'one_collection', 'one_field', 'one_collection_field',
	'one_allowed_collections', 'junction_field']

const CREATE_ONE = `{
"many_collection": "articles",
"many_field": "featured_image",
"one_collection": "directus_files"
}`
const CREATE_SEVERAL = `[
{
"many_collection": "articles",
"many_field": "featured_image",
"one_collection": "directus_files"
},
{
"many_collection": "articles",
"many_field": "category",
"one_collection": "categories"
}
]`
const UPDATE = `{
"one_field": "articles"
}`

const relation = (id, many_collection, many_field, one_collection, one_field = null) => ({
	id, many_collection, many_field, one_collection, one_field,
	one_collection_field: null, one_allowed_collections: null, junction_field: null })

// database: a client of pg, to choose the ids that the document has
export async function testReference(url, database) {
	const nextId = (id) => database.query(`ALTER SEQUENCE relations.edge_id_seq RESTART WITH ${id}`)
	const dropFields = async () => {
		await send(url, 'DELETE', '/relations', { query: { filter: { many_collection: { _in: ['articles', 'other'] } } } })
		await database.query('ALTER TABLE http.articles DROP IF EXISTS featured_image, DROP IF EXISTS category')
	}

	await test('reference: GET /relations', async () => {
		const { json } = await expect(url, 'GET', '/relations', undefined, 200)
		equal(Object.keys(json), ['data'])
		equal(json.data.length, 3)
		for (const object of json.data) equal(KEYS.filter((key) => !(key in object)), [])
	})
	await test('reference: POST /relations, a relation object', async () => {
		await nextId(13)
		await expect(url, 'POST', '/relations', CREATE_ONE, 200,
			{ data: relation(13, 'articles', 'featured_image', 'directus_files') })
		const { rows } = await database.query(`SELECT confrelid::regclass::text AS one FROM pg_constraint
			WHERE conrelid = 'http.articles'::regclass AND contype = 'f'`)
		equal(rows, [{ one: 'http.directus_files' }])
		await dropFields()
	})
	await test('reference: POST /relations, several', async () => {
		await nextId(14)
		await expect(url, 'POST', '/relations', CREATE_SEVERAL, 200, { data: [
			relation(14, 'articles', 'featured_image', 'directus_files'), relation(15, 'articles', 'category', 'categories')] })
	})
	await test('reference: GET /relations/15', () =>
		expect(url, 'GET', '/relations/15', undefined, 200, { data: relation(15, 'articles', 'category', 'categories') }))
	await test('reference: PATCH /relations/15', async () => {
		const changed = { data: relation(15, 'articles', 'category', 'categories', 'articles') }
		await expect(url, 'PATCH', '/relations/15', UPDATE, 200, changed)
		await expect(url, 'GET', '/relations/15', undefined, 200, changed)
		await expect(url, 'PATCH', '/items/articles/1', { category: 1 }, 200)
		await expect(url, 'GET', '/items/categories?fields=name,articles.title', undefined, 200,
			'{"data":[{"name":"News","articles":[{"title":"Open"}]}]}')
	})
	await test('reference: the global query parameters', async () => {
		await expect(url, 'GET', '/relations?filter[many_collection]=articles&fields=id,many_field&sort=-id&limit=2', undefined, 200,
			'{"data":[{"id":15,"many_field":"category"},{"id":14,"many_field":"featured_image"}]}')
		await expect(url, 'GET', '/relations?filter[one_collection][_eq]=categories&fields[]=id&meta=*', undefined, 200,
			'{"data":[{"id":15}],"meta":{"total_count":5,"filter_count":1}}')
		await expect(url, 'GET', `/relations?filter=${encodeURIComponent('{"one_field":{"_eq":"articles"}}')}&fields=id`,
			undefined, 200, '{"data":[{"id":15}]}')
		await expect(url, 'GET', '/relations?search=featured&fields=id&page=1&limit=10', undefined, 200, '{"data":[{"id":14}]}')
		await expect(url, 'GET', '/relations/15?fields=one_field', undefined, 200, '{"data":{"one_field":"articles"}}')
		await expect(url, 'PATCH', '/relations/15?fields=id,one_field', '{"one_field": null}', 200,
			'{"data":{"id":15,"one_field":null}}')
	})
	await test('reference: DELETE /relations, several', async () => {
		for (const [id, field, one] of [[251, 'article', 'articles'], [810, 'file', 'directus_files']]) {
			await nextId(id)
			await expect(url, 'POST', '/relations', { many_collection: 'other', many_field: field, one_collection: one }, 200,
				{ data: { id } })
		}
		// all or none
		await expect(url, 'DELETE', '/relations', '[15, 251, 811]', 403, ['FORBIDDEN', '42704'])
		await expect(url, 'GET', '/relations/15', undefined, 200)
		await expect(url, 'DELETE', '/relations', '[15, 251, 810]', 204)
		await expect(url, 'GET', '/relations?filter[many_collection][_in]=articles,other&fields=id', undefined, 200,
			'{"data":[{"id":14}]}')
	})
	await test('reference: DELETE /relations/15', async () => {
		await nextId(15)
		await expect(url, 'POST', '/relations', { many_collection: 'other', many_field: 'category', one_collection: 'categories' }, 200)
		await expect(url, 'DELETE', '/relations/15', undefined, 204)
		await expect(url, 'DELETE', '/relations/15', undefined, 403, ['FORBIDDEN', '42704'])
		await expect(url, 'GET', '/relations/15', undefined, 403, ['FORBIDDEN', 'P0002'])
		await expect(url, 'PATCH', '/relations/15', UPDATE, 403, ['FORBIDDEN', '42704'])
		const left = await send(url, 'GET', '/relations')
		ensure(left.json.data.every(({ id }) => id !== 15), left.text)
		await dropFields()
	})
}
