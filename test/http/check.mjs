// check.mjs: see run, which says where the database is.
import pg from 'pg'
import { hasFailed, start, test, equal } from './harness.mjs'
import { testBrowser } from './browser.mjs'
import { testGenerator } from './generator.mjs'
import { testGraphql } from './graphql.mjs'
import { testMutations } from './mutations.mjs'
import { testReference } from './reference.mjs'
import { testItems, testRefusals, testRetries, testRoles } from './rest.mjs'

const ROLES = ['http_editor', 'http_reader']
const database = new pg.Client()
await database.connect()
const front = await start({ search_path: 'http' }, ROLES)
const serializable = await start({ search_path: 'http', default_transaction_isolation: 'serializable' }, ROLES)

await testReference(front.url, database)
await testItems(front.url)
await testRefusals(front.url)
await testRoles(front.url)
await testRetries(front.url, serializable.url, database)
await testGraphql(front.url, database)
await testMutations(front.url, database)
await testGenerator(front.url, process.argv[2])
await testBrowser(front.url, process.argv[2])

await database.end()
for (const server of [front, serializable]) {
	await test('the server ends when it is told to', async () => {
		const { status, signal } = await server.stop()
		equal({ status, signal }, { status: 0, signal: null })
	})
}
process.exit(hasFailed() ? 1 : 0)
