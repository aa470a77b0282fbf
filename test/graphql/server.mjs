// server.mjs: statements through psql, whose environment says where the server is.
import { execFileSync } from 'node:child_process'

export const quoted = (text) => `'${text.replaceAll("'", "''")}'`

// runs the script and gives what it prints
export function run(script, options = []) {
	return execFileSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...options], {
		input: script, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'inherit'] })
}

// the responses to requests {query, variables, operation}, in one session; a document may be a Buffer
export function ask(schema, requests, options = []) {
	const calls = requests.map(({ query, variables, operation }) => {
		const text = Buffer.isBuffer(query) ? query : Buffer.from(query)
		return `SELECT replace(relations.graphql(convert_from('\\x${text.toString('hex')}', 'UTF8'),
			${variables === undefined ? 'NULL' : quoted(JSON.stringify(variables))},
			${operation === undefined ? 'NULL' : quoted(operation)})::jsonb::text, E'\\n', ' ');`
	})
	const lines = run(`SET search_path = ${schema};\n${calls.join('\n')}\n`, options).split('\n')
	return requests.map((_, i) => JSON.parse(lines[i]))
}
