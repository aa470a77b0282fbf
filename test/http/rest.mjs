// rest.mjs: items by REST, what is refused, and the headers.
import { get } from 'node:http'
import { contains, ensure, equal, expect, send, test } from './harness.mjs'

const READER = { 'x-role': 'http_reader' }

export async function testItems(url) {
	await test('items are made, read, changed and deleted', async () => {
		await expect(url, 'POST', '/items/recipes?fields=id,name,ingredients.name',
			{ name: 'Pancakes', ingredients: [{ name: 'Flour' }, { name: 'Milk' }] }, 200,
			'{"data":{"id":1,"name":"Pancakes","ingredients":[{"name":"Flour"},{"name":"Milk"}]}}')
		await expect(url, 'POST', '/items/recipes?fields=id', [{ name: 'Soup', minutes: 20 }, { name: 'Bread' }], 200,
			'{"data":[{"id":2},{"id":3}]}')
		await expect(url, 'GET', '/items/recipes/1?fields=*.*', undefined, 200,
			{ data: { name: 'Pancakes', minutes: null, ingredients: [{ name: 'Flour', recipe: 1 }, { name: 'Milk' }] } })
		await expect(url, 'SEARCH', '/items/recipes', { query: { filter: { ingredients: { name: 'Milk' } }, fields: ['id'] } }, 200,
			'{"data":[{"id":1}]}')
		await expect(url, 'PATCH', '/items/recipes/1', { minutes: 15, ingredients: { create: [{ name: 'Eggs' }], delete: [1] } }, 200,
			{ data: { minutes: 15, ingredients: [2, 3] } })
		await expect(url, 'PATCH', '/items/recipes?fields=minutes', { keys: [2, 3], data: { minutes: 30 } }, 200,
			'{"data":[{"minutes":30},{"minutes":30}]}')
		await expect(url, 'DELETE', '/items/ingredients/3', undefined, 204)
		await expect(url, 'DELETE', '/items/recipes', [2, 3], 204)
		await expect(url, 'GET', '/items/recipes?aggregate[count]=*', undefined, 200, { data: [{ count: 1 }] })
	})
	await test('items of many-to-any relations', async () => {
		await expect(url, 'POST', '/items/pages', { title: 'Home', blocks: [
			{ collection: 'headings', item: { title: 'Welcome' } }, { collection: 'paragraphs', item: { body: 'Good day.' } }] }, 200)
		await expect(url, 'GET', '/items/pages/1?fields=title,blocks.item:headings.title,blocks.item:paragraphs.body', undefined, 200,
			'{"data":{"title":"Home","blocks":[{"item":{"title":"Welcome"}},{"item":{"body":"Good day."}}]}}')
	})
	await test('numbers are as they were sent', async () => {
		await expect(url, 'PATCH', '/items/articles/2?fields=size', '{"size": 9007199254740995}', 200, '{"data":{"size":9007199254740995}}')
		await expect(url, 'GET', '/items/articles/1?fields=size', undefined, 200, '{"data":{"size":9007199254740993}}')
	})
	await test('names and keys are percent-encoded', async () => {
		const path = `/items/${encodeURIComponent('Größe/Maß 100%')}`
		const key = 'a/b c+d?e&f#g%h"ü€😀'
		await expect(url, 'POST', path, { id: key, value: 1 }, 200, { data: { id: key } })
		await expect(url, 'GET', `${path}/${encodeURIComponent(key)}`, undefined, 200, { data: { id: key, value: 1 } })
		await expect(url, 'GET', `${path}?filter[id][_contains]=${encodeURIComponent('+d?e&f#')}&fields=value`, undefined, 200,
			'{"data":[{"value":1}]}')
		await expect(url, 'GET', `${path}?${new URLSearchParams({ 'filter[id][_eq]': key, fields: 'value' })}`, undefined, 200,
			'{"data":[{"value":1}]}')
		await expect(url, 'PATCH', `${path}/${encodeURIComponent(key)}`, { value: 2 }, 200, { data: { value: 2 } })
		await expect(url, 'DELETE', `${path}/${encodeURIComponent(key)}`, undefined, 204)
		await expect(url, 'GET', '/items/recipes/%zz', undefined, 400, ['INVALID_QUERY', '22023'])
		await expect(url, 'GET', '/items/recipes/%', undefined, 400, ['INVALID_QUERY', '22023'])
		await expect(url, 'GET', '/items/recipes/%00', undefined, 400, ['INVALID_QUERY', '22023'])
		await expect(url, 'GET', '/items/recipes/%ff', undefined, 400, ['INVALID_QUERY', '22021'])
	})
}

export async function testRefusals(url) {
	const refused = (method, path, body, status, code, sqlstate, headers) =>
		expect(url, method, path, body, status, [code, sqlstate], headers)

	await test('routes that there are not', async () => {
		for (const path of ['/', '/users', '/items', '/items/recipes/1/name', '/graphql/x', '/graphiql/server.mjs', '/Relations/1'])
			await refused('GET', path, undefined, 404, 'ROUTE_NOT_FOUND')
		for (const method of ['PUT', 'POST', 'SEARCH']) await refused(method, '/items/recipes/1', {}, 404, 'ROUTE_NOT_FOUND')
		await refused('DELETE', '/graphql', undefined, 404, 'ROUTE_NOT_FOUND')
	})
	await test('collections and items that there are not', async () => {
		await refused('GET', '/items/nothing', undefined, 403, 'FORBIDDEN', '42P01')
		await refused('GET', '/items/recipes/99', undefined, 403, 'FORBIDDEN', 'P0002')
		await refused('DELETE', '/items/recipes/99', undefined, 403, 'FORBIDDEN', 'P0002')
	})
	await test('bad queries', async () => {
		const { json } = await refused('GET', '/items/recipes?fields=ingredients.nothing', undefined, 400, 'INVALID_QUERY', '42703')
		equal(Object.keys(json.errors[0].extensions), ['code', 'path', 'sqlstate'])
		ensure(/nothing/.test(json.errors[0].message), json)
		await refused('GET', '/items/recipes?filter={', undefined, 400, 'INVALID_QUERY')
		await refused('GET', '/items/recipes?limit=x', undefined, 400, 'INVALID_QUERY')
		await refused('GET', '/items/recipes?unknown=1', undefined, 400, 'INVALID_QUERY')
	})
	await test('bad payloads', async () => {
		await refused('POST', '/items/recipes', { name: 'x', nothing: 1 }, 400, 'INVALID_PAYLOAD', '42703')
		await refused('POST', '/items/recipes', '5', 400, 'INVALID_PAYLOAD')
		await refused('POST', '/items/recipes', undefined, 400, 'INVALID_PAYLOAD')
		await refused('POST', '/items/recipes', { name: 'Pancakes' }, 400, 'RECORD_NOT_UNIQUE', '23505')
		await refused('POST', '/items/recipes', { name: null }, 400, 'NOT_NULL_VIOLATION', '23502')
		await refused('POST', '/items/recipes', { name: 'x', minutes: 0 }, 400, 'FAILED_VALIDATION', '23514')
		await refused('POST', '/items/recipes', { name: 'x', minutes: 3e9 }, 400, 'VALUE_OUT_OF_RANGE', '22003')
		await refused('POST', '/items/ingredients', { name: 'x', recipe: 99 }, 400, 'INVALID_FOREIGN_KEY', '23503')
		const { json } = await refused('POST', '/items/recipes', { name: 'x', ingredients: [{ name: 'y' }, {}] }, 400, 'NOT_NULL_VIOLATION', '23502')
		ensure(/ingredients.*1/.test(json.errors[0].extensions.path), json)
		// nothing is left of it
		await expect(url, 'GET', '/items/recipes?filter[name][_eq]=x', undefined, 200, '{"data":[]}')
		await expect(url, 'GET', '/items/ingredients?filter[name][_eq]=y', undefined, 200, '{"data":[]}')
	})
	await test('bodies that are no JSON', async () => {
		for (const body of ['{', '{"name": "x"', '{"name": "x"} {}', "{'name': 'x'}", '{"name": "\\ud800"}', '{"name": NaN}', 'x'])
			await refused('POST', '/items/recipes', body, 400, 'INVALID_PAYLOAD', '22P02')
		await refused('POST', '/items/recipes', '{"name": "a\\u0000b"}', 400, 'INVALID_PAYLOAD', '22P05')
		await refused('POST', '/items/recipes', Buffer.from('{"name": "\xff"}', 'latin1'), 400, 'INVALID_PAYLOAD', '22021')
		await refused('POST', '/items/recipes', '['.repeat(1e6), 400, 'INVALID_PAYLOAD')
		await refused('POST', '/items/recipes', `"${'x'.repeat(17 << 20)}"`, 413, 'PAYLOAD_TOO_LARGE')
		await refused('POST', '/items/recipes', 'name=x', 415, 'UNSUPPORTED_MEDIA_TYPE', undefined,
			{ 'content-type': 'application/x-www-form-urlencoded' })
		await refused('POST', '/graphql', '{"query": "{relations{id}}"}', 415, 'UNSUPPORTED_MEDIA_TYPE', undefined, { 'content-type': 'text/plain' })
	})
	await test('headers', async () => {
		const { headers } = await expect(url, 'GET', '/items/recipes?fields=id', undefined, 200)
		ensure(/\bx-role\b/i.test(headers.get('vary')), headers.get('vary'))
		equal(headers.get('x-powered-by'), null)
		// fetch() would ask for a fresh answer
		const again = await new Promise((resolve, reject) =>
			get(`${url}/items/recipes?fields=id`, { headers: { 'if-none-match': headers.get('etag') } }, resolve).on('error', reject))
		again.resume()
		equal(again.statusCode, 304)
		const head = await send(url, 'HEAD', '/items/recipes?fields=id')
		equal([head.status, head.text, head.headers.get('content-length')], [200, '', headers.get('content-length')])
	})
}

export async function testRoles(url) {
	const read = (path, status, answer) => expect(url, 'GET', path, undefined, status, answer, READER)

	await test('another role sees what it may see', async () => {
		await read('/items/articles', 200, '{"data":[{"id":1,"title":"Open"}]}')
		await read('/items/articles/2', 403, ['FORBIDDEN', 'P0002'])
		await read('/items/articles?fields=secret', 403, ['FORBIDDEN', '42501'])
		await read('/items/articles?filter[secret][_eq]=x', 403, ['FORBIDDEN', '42501'])
		await read('/items/pages', 403, ['FORBIDDEN', '42501'])
		await read('/relations?fields=many_collection', 200, '{"data":[{"many_collection":"ingredients"}]}')
		await expect(url, 'GET', '/items/articles?fields=secret&sort=id', undefined, 200, '{"data":[{"secret":"x"},{"secret":"y"}]}')
	})
	await test('another role changes nothing', async () => {
		await expect(url, 'POST', '/items/recipes', { name: 'x' }, 403, ['FORBIDDEN', '42501'], READER)
		await expect(url, 'PATCH', '/items/articles/1', { title: 'x' }, 403, ['FORBIDDEN', '42501'], READER)
		await expect(url, 'DELETE', '/items/articles/1', undefined, 403, ['FORBIDDEN', '42501'], READER)
		const { json } = await expect(url, 'GET', '/relations?fields=id&filter[many_collection][_eq]=ingredients', undefined, 200)
		await expect(url, 'DELETE', `/relations/${json.data[0].id}`, undefined, 403, ['FORBIDDEN', '42501'], READER)
	})
	await test('roles that were not given are refused', async () => {
		for (const role of ['postgres', 'none', '', 'http_reader ; x', "http_reader'; SELECT 1; --", 'HTTP_READER', 'http_editor, http_reader'])
			await expect(url, 'GET', '/relations', undefined, 403, ['FORBIDDEN'], { 'x-role': role })
	})
	await test('a role is that of one request alone', async () => {
		const answers = await Promise.all(Array.from({ length: 40 }, (_, i) =>
			send(url, 'GET', '/items/articles?fields=id', undefined, { 'x-role': i % 2 === 0 ? 'http_reader' : 'http_editor' })))
		answers.forEach(({ json }, i) => equal(json.data.length, i % 2 === 0 ? 1 : 2))
	})
}

// serializable: a server whose transactions are that; database: a client of pg
export async function testRetries(url, serializable, database) {
	const restart = () => database.query('ALTER SEQUENCE http.tries RESTART')
	const tries = async () => Number((await database.query('SELECT last_value FROM http.tries')).rows[0].last_value)

	for (const kind of ['serialization', 'deadlock']) {
		await test(`a ${kind} failure is tried again`, async () => {
			await restart()
			await expect(url, 'PATCH', '/items/troubles/1?fields=number', { kind, number: 3 }, 200, '{"data":{"number":3}}')
			equal(await tries(), 4)
		})
	}
	await test('what always fails so is given up', async () => {
		await restart()
		const sqlstate = '40001'
		const { headers } = await expect(url, 'PATCH', '/items/troubles/1', { kind: 'serialization', number: 99 }, 503,
			['SERVICE_UNAVAILABLE', sqlstate])
		equal(headers.get('retry-after'), '1')
		equal(await tries(), 12)
	})
	await test('what failed otherwise is not tried again', async () => {
		await restart()
		await expect(url, 'PATCH', '/items/troubles/1', { kind: 'cancelled' }, 503, ['SERVICE_UNAVAILABLE', '57014'])
		equal(await tries(), 1)
	})
	await test('a constraint that is checked at the end', async () => {
		await expect(url, 'PATCH', '/items/troubles/1', { later: 99 }, 400, ['FAILED_VALIDATION', '23503'])
		await expect(url, 'GET', '/items/troubles/1?fields=later', undefined, 200, '{"data":{"later":null}}')
	})
	await test('serializable transactions that meet', async () => {
		const answers = await Promise.all(Array.from({ length: 12 }, () =>
			send(serializable, 'PATCH', '/items/troubles/2?fields=number', { kind: 'count' })))
		equal(answers.map(({ status }) => status), answers.map(() => 200))
		equal(answers.map(({ json }) => json.data.number).sort((a, b) => a - b), answers.map((_, i) => i + 1))
	})
	await test('a request to read writes nothing', async () => {
		await database.query(`CREATE FUNCTION http.write_down() RETURNS integer LANGUAGE sql AS 'INSERT INTO http.categories VALUES (9) RETURNING id';
			CREATE VIEW http.writes AS SELECT http.write_down() AS id; GRANT SELECT ON http.writes TO http_editor`)
		await expect(url, 'GET', '/items/writes', undefined, 403, ['FORBIDDEN', '25006'])
	})
}
