// mutations.mjs: writing by GraphQL: the reference document's requests, as they are written there, and what one may not.
import { ClientError, GraphQLClient } from 'graphql-request'
import { contains, ensure, equal, readSchema, send, test, valid } from './harness.mjs'

const CREATE_ONE = `mutation {
create_relations_item(
data: { many_collection: "articles", many_field: "featured_image", one_collection: "directus_files" }
) {
id
many_collection
one_collection
}
}`
const CREATE_SEVERAL = `mutation {
create_relations_items(
data: [
{ many_collection: "articles", many_field: "featured_image", one_collection: "directus_files" }
{ many_collection: "articles", many_field: "category", one_collection: "categories" }
]
) {
id
many_collection
one_collection
}
}`
const UPDATE = `mutation {
update_relations_item(id: 15, data: { one_field: "articles" }) {
id
many_collection
one_collection
}
}`
const DELETE_ONE = `mutation {
delete_relations_item(id: 15) {
id
}
}`
const DELETE_SEVERAL = `mutation {
delete_relations_items(ids: [15, 251, 810]) {
ids
}
}`

export async function testMutations(url, database) {
	const client = new GraphQLClient(`${url}/graphql`)
	let schema = await readSchema(url)
	const ask = (document, variables) => client.request(valid(schema, document), variables)
	const nextId = (id) => database.query(`ALTER SEQUENCE relations.edge_id_seq RESTART WITH ${id}`)
	const add = async (id, many_field, one_collection) => {
		await nextId(id)
		await send(url, 'POST', '/relations', { many_collection: 'other', many_field, one_collection })
	}
	const ids = async () => (await ask(
		'{ relations(filter: {many_collection: {_in: ["articles", "other"]}}, sort: "id") { id } }')).relations.map(({ id }) => id)
	const image = { many_collection: 'articles', one_collection: 'directus_files' }
	const category = { many_collection: 'articles', one_collection: 'categories' }

	await test('GraphQL: create_relations_item and create_relations_items of the reference document', async () => {
		await nextId(13)
		equal(await ask(CREATE_ONE), { create_relations_item: { id: '13', ...image } })
		equal(await ask('mutation { delete_relations_item(id: 13) { id } }'), { delete_relations_item: { id: '13' } })
		await nextId(14)
		equal(await ask(CREATE_SEVERAL), { create_relations_items: [{ id: '14', ...image }, { id: '15', ...category }] })
	})
	await test('GraphQL: update_relations_item of the reference document', async () => {
		equal(await ask(UPDATE), { update_relations_item: { id: '15', ...category } })
		// what is now there to ask for
		schema = await readSchema(url)
		await ask('mutation { update_articles_item(id: 1, data: {category: {id: 1}}) { id } }')
		equal(await ask('{ relations_by_id(id: 15) { one_field } categories { articles { title } } }'),
			{ relations_by_id: { one_field: 'articles' }, categories: [{ articles: [{ title: 'Open' }] }] })
	})
	await test('GraphQL: delete_relations_item and delete_relations_items of the reference document', async () => {
		equal(await ask(DELETE_ONE), { delete_relations_item: { id: '15' } })
		await add(15, 'category', 'categories')
		await add(251, 'article', 'articles')
		const error = await ask(DELETE_SEVERAL).catch((thrown) => thrown)
		contains(error.response, { status: 200, data: { delete_relations_items: null },
			errors: [{ path: ['delete_relations_items'], extensions: { sqlstate: '42704' } }] })
		equal(await ids(), ['14', '15', '251'])
		await add(810, 'file', 'directus_files')
		equal(await ask(DELETE_SEVERAL), { delete_relations_items: { ids: ['15', '251', '810'] } })
		equal(await ids(), ['14'])
		await send(url, 'DELETE', '/relations/14')
	})
	await test('GraphQL: nested items are written, with variables', async () => {
		const { create_recipes_item: made } = await ask(`mutation ($data: create_recipes_input!) {
			create_recipes_item(data: $data) { id name ingredients(sort: "name") { name } } }`,
		{ data: { name: 'Tea', ingredients: [{ name: 'Water' }, { name: 'Leaves' }] } })
		equal({ ...made, id: undefined }, { id: undefined, name: 'Tea', ingredients: [{ name: 'Leaves' }, { name: 'Water' }] })
		equal(await ask(`mutation ($id: ID!) {
			update_recipes_item(id: $id, data: {minutes: 5, ingredients: []}) { minutes ingredients { name } }
			delete_recipes_item(id: $id) { id } }`, { id: made.id }),
		{ update_recipes_item: { minutes: 5, ingredients: [] }, delete_recipes_item: { id: made.id } })
	})
	await test('GraphQL: what fails leaves nothing behind and says where', async () => {
		const error = await ask(`mutation { create_recipes_items(data: [{name: "Ice"}, {name: "Pancakes"}]) { id } }`).catch((thrown) => thrown)
		ensure(error instanceof ClientError, String(error))
		contains(error.response, { data: { create_recipes_items: null },
			errors: [{ path: ['create_recipes_items'], extensions: { code: 'RECORD_NOT_UNIQUE', sqlstate: '23505' } }] })
		equal(await ask('{ recipes(filter: {name: {_eq: "Ice"}}) { id } }'), { recipes: [] })
	})
	await test('GraphQL: a role has mutations for what it may write', async () => {
		const fields = Object.keys((await readSchema(url, { 'x-role': 'http_reader' })).getMutationType().getFields())
		equal(fields.filter((name) => !/_relations_items?$/.test(name)), [])
		const all = Object.keys(schema.getMutationType().getFields())
		equal(['create', 'update', 'delete'].flatMap((verb) => [`${verb}_recipes_item`, `${verb}_recipes_items`])
			.filter((name) => !all.includes(name)), [])
		const { status, json } = await send(url, 'POST', '/graphql',
			{ query: 'mutation { create_recipes_item(data: {name: "x"}) { id } }' }, { 'x-role': 'http_reader' })
		equal([status, 'data' in json], [400, false])
	})
	await test('GraphQL: a mutation by GET writes nothing', async () => {
		const query = 'mutation { create_recipes_item(data: {name: "x"}) { id } }'
		const { json } = await send(url, 'GET', `/graphql?${new URLSearchParams({ query })}`)
		contains(json, { data: { create_recipes_item: null }, errors: [{ extensions: { sqlstate: '25006' } }] })
	})
	await test('GraphQL: a mutation that meets others is tried again', async () => {
		await database.query('ALTER SEQUENCE http.tries RESTART')
		equal(await ask('mutation { update_troubles_item(id: 1, data: {kind: "serialization", number: 3}) { number } }'),
			{ update_troubles_item: { number: 3 } })
		equal((await database.query('SELECT last_value FROM http.tries')).rows, [{ last_value: '4' }])
	})
}
