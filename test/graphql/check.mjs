// check.mjs [--reference] [psql's options]: see run. --reference prints the table of documents with what the
// reference implementation says of each, to compare or to begin new ones with.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
	buildClientSchema, buildSchema, getIntrospectionQuery, GraphQLError, parse, printSchema, specifiedRules, validate, validateSchema,
} from 'graphql'
import { places, read } from './documents.mjs'
import { judgeQueries } from './queries.mjs'
import { ask, run } from './server.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const reference = process.argv.includes('--reference')
const options = process.argv.slice(2).filter((argument) => argument !== '--reference')
let failed = 0

function check(title, problems) {
	if (problems.length > 0) failed++
	if (reference) return
	console.log(`${problems.length > 0 ? 'not ok' : 'ok'} - ${title}`)
	for (const problem of problems) console.log(`  ${problem}`)
}

const world = run(readFileSync(join(here, 'world.sql'), 'utf8'), options)
if (world.trim() !== '4') throw new Error(`world.sql gave ${world}`)

const introspection = getIntrospectionQuery({
	inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, oneOf: true })
const [{ data, errors }] = ask('spec', [{ query: introspection }], options)
check('the introspection query is answered', errors ?? [])
const schema = buildClientSchema(data)
check('a schema is built of the introspection, and is valid', validateSchema(schema).map(String))

const sdl = run('SET search_path = spec; SELECT relations.graphql_schema()', options)
const printed = buildSchema(sdl)
check('the schema definition is parsed, and is valid', validateSchema(printed).map(String))
check('both are the same schema', printSchema(schema) === printSchema(printed) ? [] : ['they differ'])
check('comments are descriptions', schema.getType('dog').description === 'A dog, "man\'s best friend"' &&
	schema.getType('dog').getFields().bark_volume.description === 'In decibels.' ? [] : ['they are not there'])

// [] where the document is valid
function judge(query) {
	try {
		return places(validate(schema, parse(query), specifiedRules))
	} catch (error) {
		if (error instanceof GraphQLError) return places([error])
		throw error
	}
}

const documents = read(join(here, 'documents.txt'))
if (reference) {
	for (const { heading, text, query } of documents) {
		const judged = judge(query.toString())
		console.log(`== ${heading}\n${text}\n-- ${judged.length > 0 ? judged.join('\n-- ') : 'valid'}\n`)
	}
	process.exit(0)
}
const answers = ask('spec', documents.map(({ query }) => ({ query, operation: 'no such operation' })), options)
const unjudged = documents.filter(({ judged }) => !judged)
check('every document says what is expected', unjudged.map(({ heading }) => heading))
documents.forEach(({ heading, query, ours, expected }, i) => {
	// a valid document goes on to the operation, which none has
	const told = answers[i].errors.filter(({ locations }) => locations)
	const problems = []
	if (places(told).join() !== expected.join())
		problems.push(`expected ${expected.join(', ') || 'none'}, got ${JSON.stringify(told)}`)
	const judged = judge(query.toString())
	if (!ours && judged.join() !== expected.join())
		problems.push(`the reference implementation says ${judged.join(', ') || 'none'}`)
	if (ours && judged.join() === expected.join()) problems.push('the reference implementation agrees')
	check(heading, problems)
})
for (const { file, count, problems } of judgeQueries(options))
	check(`sql/${file}: the reference implementation takes ${count} queries as they are taken here`, problems)

process.exit(failed > 0 ? 1 : 0)
