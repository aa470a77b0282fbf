// server.mjs [--port NUMBER] ROLE...: the extension over HTTP, on 127.0.0.1. It says where on standard output.
//
// A request becomes a call of relations.rest(), in a transaction of its own, as the role that the header x-role names:
// one of those given here, the first where there is none. The header is believed: who may send which is for whatever
// stands in front of this. PGHOST, PGDATABASE and so on say which database; PGOPTIONS='-c search_path=shop' which
// tables have names without a schema. /graphiql is a page to write GraphQL in.
import { STATUS_CODES } from 'node:http'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import express from 'express'
import pg from 'pg'

const { values: options, positionals: roles } = parseArgs({
	allowPositionals: true, options: { port: { type: 'string', default: '0' } } })
if (roles.length === 0) {
	console.error('usage: node server.mjs [--port NUMBER] ROLE...')
	process.exit(2)
}

const MAX_TRIES = 12
const pool = new pg.Pool()
// a connection that is lost while nobody uses it
pool.on('error', (error) => console.error(error.message))

// Runs the one statement in a transaction and gives its row. What happened to lose against other transactions is tried again.
async function run(role, isReading, statement, values) {
	for (let tries = 1; ; tries++) {
		try {
			return await runOnce(role, isReading, statement, values)
		} catch (error) {
			const hasLost = error.code === '40001' || error.code === '40P01' // serialization failure, deadlock
			if (!hasLost || tries === MAX_TRIES) throw error
		}
		await sleep(Math.random() * Math.min(5 * 2 ** tries, 500))
	}
}

async function runOnce(role, isReading, statement, values) {
	const client = await pool.connect()
	let broken
	try {
		await client.query(isReading ? 'BEGIN READ ONLY' : 'BEGIN')
		await client.query("SELECT pg_catalog.set_config('role', $1, true)", [role]) // SET LOCAL ROLE
		const { rows: [row] } = await client.query(statement, values)
		await client.query('COMMIT')
		return row
	} catch (error) {
		await client.query('ROLLBACK').catch((lost) => { broken = lost })
		throw error
	} finally {
		client.release(broken)
	}
}

// The body's bytes go to the database as they came: JavaScript's numbers would not hold all of JSON's.
const REST = `SELECT status, response::text FROM relations.rest($1, $2, pg_catalog.convert_from($3, 'UTF8')::jsonb)`
const GRAPHQL = `SELECT status, response::text FROM relations.rest('POST', '/graphql',
	pg_catalog.jsonb_build_object('query', $1::text, 'variables', $2::jsonb, 'operationName', $3::text))`

async function answer(req, res) {
	const role = req.get('x-role') ?? roles[0]
	const method = req.method === 'HEAD' ? 'GET' : req.method
	const isReading = method === 'GET' || method === 'SEARCH'
	const isGraphql = req.path === '/graphql'

	res.vary('x-role').set('cache-control', 'private, no-cache')
	if (!roles.includes(role)) return refuse(res, 403, 'there is no such role here')
	if (hasBody(req) && !req.is(JSON_TYPES)) return refuse(res, 415, 'a body is JSON here: content-type application/json')
	const { status, response } = isGraphql && method === 'GET'
		? await run(role, true, GRAPHQL, ['query', 'variables', 'operationName'].map((name) => req.query[name]))
		: await run(role, isReading, REST, [method, req.originalUrl, req.body])
	res.status(status)
	if (response === null) return res.end()
	res.type(isGraphql && req.accepts(JSON_TYPES) || 'application/json').send(response)
}

const hasBody = (req) => req.get('transfer-encoding') !== undefined || Number(req.get('content-length')) > 0
const JSON_TYPES = ['application/json', 'application/graphql-response+json']

function refuse(res, status, message, sqlstate, code = STATUS_CODES[status].toUpperCase().replaceAll(' ', '_')) {
	if (status === 503) res.set('retry-after', '1')
	res.status(status).json({ errors: [{ message, extensions: { code, sqlstate } }] })
}

// What relations.rest() does not answer: errors of this server, a body that is no JSON, a constraint that is
// checked at the end of the transaction, and what is not the request's fault.
function refuseError(error, req, res, next) {
	if (error.status) return refuse(res, error.status, error.message)
	if (/^(22|54)/.test(error.code)) return refuse(res, 400, error.message, error.code, 'INVALID_PAYLOAD')
	if (/^23/.test(error.code)) return refuse(res, 400, error.message, error.code, 'FAILED_VALIDATION')
	console.error(error.message)
	const isPassing = /^(08|40|53|55|57)/.test(error.code) || error.syscall === 'connect'
	refuse(res, isPassing ? 503 : 500, error.message, error.severity && error.code)
}

const app = express()
app.disable('x-powered-by')

const here = dirname(fileURLToPath(import.meta.url))
const page = {
	'': 'graphiql.html',
	'/react.js': 'node_modules/react/umd/react.production.min.js',
	'/react-dom.js': 'node_modules/react-dom/umd/react-dom.production.min.js',
	'/graphiql.js': 'node_modules/graphiql/graphiql.min.js',
	'/graphiql.css': 'node_modules/graphiql/graphiql.min.css',
}
for (const [name, file] of Object.entries(page)) app.get(`/graphiql${name}`, (req, res) => res.sendFile(file, { root: here }))

app.use(express.raw({ type: JSON_TYPES, limit: '16mb' }))
app.use(answer)
app.use(refuseError)

const server = app.listen(Number(options.port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, () => {
		server.close(() => pool.end())
		server.closeIdleConnections()
	})
}
