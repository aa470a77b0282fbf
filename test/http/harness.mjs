// harness.mjs: a server, requests to it, and what their answers must be.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildClientSchema, getIntrospectionQuery, parse, validate } from 'graphql'
import { GraphQLClient } from 'graphql-request'
import { contains, ensure, equal } from '../harness.mjs'

export { contains, ensure, equal, hasFailed, test } from '../harness.mjs'

export const here = dirname(fileURLToPath(import.meta.url))

const children = new Set()
process.on('exit', () => children.forEach((child) => child.kill()))

// A server.mjs, with settings of PostgreSQL's: {url, stop}. What it complains of is kept, to be shown where it ends early.
export function start(settings, roles) {
	const child = spawn(process.execPath, [join(here, 'server.mjs'), ...roles], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, PGOPTIONS: Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`).join(' ') } })
	const lines = createInterface({ input: child.stdout })
	let complaints = ''
	child.stderr.on('data', (text) => { complaints += text })
	children.add(child)
	const ended = new Promise((resolve) => child.once('close', (status, signal) => {
		children.delete(child)
		resolve({ status, signal, complaints })
	}))
	return Promise.race([
		new Promise((resolve) => lines.once('line', (url) => resolve({
			url,
			stop() {
				child.kill('SIGTERM')
				return ended
			},
		}))),
		ended.then(() => { throw new Error(`the server did not start: ${complaints}`) }),
	])
}

// A request: {status, headers, text, json}. The body is text, or what is to be JSON.
export async function send(url, method, path, body, headers = {}) {
	const isText = body === undefined || typeof body === 'string' || body instanceof Uint8Array
	const response = await fetch(url + path, {
		method, body: isText ? body : JSON.stringify(body),
		headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers } })
	const text = await response.text()
	const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '')
	return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

// the same, and what it must be answered; an error as [code, perhaps sqlstate]
export async function expect(url, method, path, body, status, answer, headers) {
	const response = await send(url, method, path, body, headers)
	ensure(response.status === status, `${method} ${path}: ${response.status} ${response.text}`)
	if (status === 204) {
		equal(response.text, '')
		equal(response.headers.get('content-type'), null)
	} else equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
	if (status >= 400) {
		const [code, sqlstate] = answer
		contains(response.json, { errors: [{ extensions: sqlstate === undefined ? { code } : { code, sqlstate } }] })
		ensure(response.json.errors[0].message.length > 0, 'no message')
		equal('data' in response.json, false)
	} else if (typeof answer === 'string') equal(response.text, answer)
	else if (answer !== undefined) contains(response.json, answer)
	return response
}

// the schema that GraphQL offers, as the reference implementation has it
export async function readSchema(url, headers = {}) {
	const data = await new GraphQLClient(`${url}/graphql`, { headers }).request(getIntrospectionQuery({
		inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true }))
	return buildClientSchema(data)
}

// the document, which must be valid by the reference implementation too
export function valid(schema, document) {
	equal(validate(schema, parse(document)).map(String), [])
	return document
}
