// graphql.mjs: GraphQL by the reference implementation's eyes, by graphql-request and by plain requests.
import { printSchema, validateSchema } from 'graphql'
import { ClientError, GraphQLClient } from 'graphql-request'
import { contains, ensure, equal, readSchema, send, test, valid } from './harness.mjs'

const READER = { 'x-role': 'http_reader' }

// the reference document's, as they are written there
const LIST = `query {
relations {
id
many_collection
one_collection
}
}`
const RETRIEVE = `query {
relations_by_id(id: 15) {
id
many_collection
one_collection
}
}`

export async function testGraphql(url, database) {
	const client = new GraphQLClient(`${url}/graphql`)
	const schemas = {}
	const ask = (document, variables, role = 'editor') =>
		client.request(valid(schemas[role], document), variables, { 'x-role': `http_${role}` })
	const post = (body, headers) => send(url, 'POST', '/graphql', body, headers)
	const get = (parameters, headers) => send(url, 'GET', `/graphql?${new URLSearchParams(parameters)}`, undefined, headers)

	await test('GraphQL: the introspection is a valid schema, for each role', async () => {
		for (const role of ['editor', 'reader']) {
			schemas[role] = await readSchema(url, { 'x-role': `http_${role}` })
			equal(validateSchema(schemas[role]).map(String), [])
		}
		equal(schemas.editor.getType('recipes').description, 'What can be cooked.')
	})
	await test('GraphQL: a role has fields for what it may read', async () => {
		const fields = (role, type) => Object.keys(schemas[role].getType(type)?.getFields() ?? {})
		ensure(fields('editor', 'articles').includes('secret'), printSchema(schemas.editor))
		equal(fields('reader', 'articles').filter((name) => !name.endsWith('_func')).sort(), ['id', 'title'])
		equal(fields('reader', 'pages'), [])
		equal(fields('reader', 'Query').sort(), ['articles', 'ingredients', 'recipes', 'relations'].flatMap((name) =>
			[name, `${name}_aggregated`, `${name}_by_id`]))
	})
	await test('GraphQL: relations and relations_by_id of the reference document', async () => {
		await database.query('ALTER SEQUENCE relations.edge_id_seq RESTART WITH 15')
		await send(url, 'POST', '/relations', { many_collection: 'articles', many_field: 'category', one_collection: 'categories' })
		const { relations } = await ask(LIST)
		ensure(relations.length === 4, relations)
		const asked = { id: '15', many_collection: 'articles', one_collection: 'categories' }
		equal(relations.find(({ id }) => id === '15'), asked)
		equal((await ask(RETRIEVE)).relations_by_id, asked)
		await send(url, 'DELETE', '/relations/15')
		equal((await ask(RETRIEVE)).relations_by_id, null)
	})
	await test('GraphQL: graphql-request with variables, fragments, several roots', async () => {
		const document = `query ($of: recipes_filter, $deep: Boolean!) {
			recipes(filter: $of) { ...recipe @include(if: $deep) name }
			some: ingredients(limit: 1, sort: ["-name"]) { name recipe { id } }
			ingredients_aggregated { count { id } }
		}
		fragment recipe on recipes { id ingredients(sort: "name") { name } }`
		equal(await ask(document, { of: { ingredients: { _some: { name: { _eq: 'Milk' } } } }, deep: true }), {
			recipes: [{ id: '1', ingredients: [{ name: 'Milk' }], name: 'Pancakes' }],
			some: [{ name: 'Milk', recipe: { id: '1' } }],
			ingredients_aggregated: [{ count: { id: 2 } }] })
		equal(await ask(document, { of: { name: { _eq: 'x' } }, deep: false }), {
			recipes: [], some: [{ name: 'Milk', recipe: { id: '1' } }], ingredients_aggregated: [{ count: { id: 2 } }] })
	})
	await test('GraphQL: unions of many-to-any relations', async () =>
		equal(await ask(`{ pages { title blocks { item { __typename ... on headings { title } ... on paragraphs { body } } } } }`), {
			pages: [{ title: 'Home', blocks: [{ item: { __typename: 'headings', title: 'Welcome' } },
				{ item: { __typename: 'paragraphs', body: 'Good day.' } }] }] }))
	await test('GraphQL: another role sees the rows that it may see', async () => {
		equal(await ask('{ articles(sort: "id") { id title } }', {}, 'reader'), { articles: [{ id: '1', title: 'Open' }] })
		equal(await ask('{ articles(sort: "id") { id secret } }'), { articles: [{ id: '1', secret: 'x' }, { id: '2', secret: 'y' }] })
	})
	await test('GraphQL: graphql-request throws what is invalid', async () => {
		const error = await client.request('{ recipes { nmae } }').catch((thrown) => thrown)
		ensure(error instanceof ClientError, String(error))
		contains(error.response.errors, [{ message: 'Cannot query field "nmae" on type "recipes".',
			locations: [{ line: 1, column: 13 }], extensions: { code: 'GRAPHQL_VALIDATION' } }])
		const hidden = await client.request('{ articles { secret } }', {}, READER).catch((thrown) => thrown)
		contains(hidden.response.errors, [{ locations: [{ line: 1, column: 14 }] }])
	})
	await test('GraphQL: a field that fails leaves the others', async () => {
		const query = valid(schemas.editor, '{ recipes_by_id(id: "x") { id } articles_by_id(id: 1) { title } }')
		const { status, json } = await post({ query })
		equal(status, 200)
		contains(json, { data: { recipes_by_id: null, articles_by_id: { title: 'Open' } },
			errors: [{ path: ['recipes_by_id'], extensions: { sqlstate: '22P02' } }] })
	})
	await test('GraphQL: requests by POST and by GET', async () => {
		const query = valid(schemas.editor, 'query a ($id: ID!) { recipes_by_id(id: $id) { name } } query b { articles { id } }')
		const request = { query, variables: { id: 1 }, operationName: 'a' }
		const response = '{"data":{"recipes_by_id":{"name":"Pancakes"}}}'
		equal((await post(request)).text, response)
		equal((await post({ ...request, extensions: { clientLibrary: { name: 'x' } } })).text, response)
		equal((await get({ ...request, variables: '{"id": 1}' })).text, response)
		equal((await get({ query: '{ recipes { name } }' })).text, '{"data":{"recipes":[{"name":"Pancakes"}]}}')
	})
	await test('GraphQL: the media type of the response is the one that is asked for', async () => {
		const request = { query: '{ recipes { name } }' }
		for (const type of ['application/json', 'application/graphql-response+json']) {
			const { headers } = await post(request, { accept: type })
			equal(headers.get('content-type'), `${type}; charset=utf-8`)
		}
		const { headers } = await post(request, { accept: 'application/graphql-response+json, application/json;q=0.9' })
		equal(headers.get('content-type'), 'application/graphql-response+json; charset=utf-8')
	})
	await test('GraphQL: bad requests', async () => {
		for (const body of ['{', '[]', '5', '{}', '{"query": "{"}', '{"query": 5}', '{"query": "{ nothing }"}', '{"query": null}',
			'{"query": "{ recipes { id } }", "variables": 5}', '{"query": "query a { recipes { id } }", "operationName": "b"}']) {
			const { status, json } = await post(body)
			equal([body, status, json.errors?.length, Object.keys(json)], [body, 400, 1, ['errors']])
		}
		for (const parameters of [{}, { query: '{' }, { query: '{ recipes { id } }', variables: '{' }, { variables: '{}' }]) {
			const { status, json } = await get(parameters)
			equal([parameters, status, json.errors?.length, Object.keys(json)], [parameters, 400, 1, ['errors']])
		}
	})
}
