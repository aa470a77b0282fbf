// queries.mjs: the queries of the regress tests graphql_*, each asked again, beside the reference implementation, of
// the schema that the caller has at that moment.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildClientSchema, executeSync, getIntrospectionQuery, parse, specifiedRules, validate } from 'graphql'

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'sql')
const MARK = 'TOLD '

// A test calls this in place of relations.graphql(). It tells of the call in a warning, for nothing that is written
// survives a ROLLBACK; and of the schema only where it is another one, since schemas are long.
const setup = `
CREATE SCHEMA graphql_queries;
GRANT USAGE ON SCHEMA graphql_queries TO public;
CREATE FUNCTION graphql_queries.ask(query text, variables jsonb DEFAULT NULL, operation_name text DEFAULT NULL) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
	introspected json := relations.graphql($introspection$${getIntrospectionQuery({ oneOf: true })}$introspection$);
	is_told boolean := current_setting('graphql_queries.schema', true) IS NOT DISTINCT FROM md5(introspected::text);
	response json := relations.graphql(query, variables, operation_name);
	told json := json_build_object('query', query, 'variables', variables, 'operation', operation_name, 'response', response,
		'schema', md5(introspected::text), 'introspected', CASE WHEN NOT is_told THEN introspected END);
BEGIN
	PERFORM set_config('graphql_queries.schema', md5(introspected::text), false);
	RAISE WARNING '${MARK}%', translate(encode(convert_to(told::text, 'UTF8'), 'base64'), E'\\n', '');
	RETURN response;
END $$;
`

const schemas = new Map()

// the calls that a test has made: {query, variables, operation, response, schema}
function calls(file, options) {
	const script = readFileSync(join(folder, file), 'utf8').replaceAll('relations.graphql(', 'graphql_queries.ask(')
	const { stderr, status, error } = spawnSync('psql', ['-X', '-q', ...options], {
		input: `${setup}\n${script}\nDROP SCHEMA graphql_queries CASCADE;\n`, encoding: 'utf8', maxBuffer: 1 << 30,
		env: { ...process.env, PGOPTIONS: '-c client_min_messages=warning' } })
	if (error || status !== 0) throw error ?? new Error(`${file}: psql ended with ${status}: ${stderr}`)
	return [...stderr.matchAll(new RegExp(`WARNING:  ${MARK}(.*)`, 'g'))].map(([, text]) => {
		const call = JSON.parse(Buffer.from(text, 'base64'))
		if (call.introspected) schemas.set(call.schema, buildClientSchema(call.introspected.data))
		return call
	})
}

// what the reference implementation finds wrong with a request before it is carried out; what is too deep for it, it
// does not take either
function judge(call) {
	try {
		return judgeWhole(call)
	} catch (error) {
		if (error instanceof RangeError) return [error]
		throw error
	}
}

function judgeWhole({ query, variables, operation, schema: name }) {
	const schema = schemas.get(name)
	let document
	try {
		document = parse(query)
	} catch (error) {
		return [error]
	}
	const errors = validate(schema, document, specifiedRules)
	if (variables !== null && (typeof variables !== 'object' || Array.isArray(variables))) errors.push(new Error('variables are an object'))
	if (errors.length > 0) return errors
	const { data, errors: refused } = executeSync({ schema, document, variableValues: variables, operationName: operation })
	return data === undefined ? refused : []
}

// what we alone refuse: a client's schema knows neither what a scalar of ours may hold, nor how deep is too deep; and
// it is left to a client that is told of no subscription type to ask for none
const OURS = /cannot represent value|nested too deeply|no subscription type/

// for each test how many calls there were, and what is wrong with them
export function judgeQueries(options) {
	return readdirSync(folder).filter((name) => /^graphql_.*\.sql$/.test(name)).map((file) => {
		const made = calls(file, options)
		const problems = made.length === 0 ? ['nothing was asked'] : []
		for (const call of made) {
			const theirs = judge(call)
			const ours = (call.response.errors ?? []).filter(({ extensions }) => extensions.code === 'GRAPHQL_VALIDATION')
			if (theirs.length > 0 ? ours.length === 0 : ours.some(({ message }) => !OURS.test(message)))
				problems.push(`${call.query} ${JSON.stringify(call.variables)}: ours ${JSON.stringify(ours)}, theirs ${theirs}`)
		}
		return { file, count: made.length, problems }
	})
}
