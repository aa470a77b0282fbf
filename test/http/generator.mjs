// generator.mjs: a generator of code reads the schema over HTTP; a program that uses what it made compiles and runs.
import { execFile } from 'node:child_process'
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensure, equal, here, test } from './harness.mjs'

const modules = join(here, 'node_modules')

// {status, output} of a program
function run(file, args, env = {}) {
	return new Promise((resolve) =>
		execFile(process.execPath, [file, ...args], { cwd: here, env: { ...process.env, ...env } },
			(error, stdout, stderr) => resolve({ status: error ? error.code ?? 1 : 0, output: stdout + stderr })))
}

export async function testGenerator(url, folder) {
	const generate = () => run(join(modules, '@graphql-codegen/cli/cjs/bin.js'), ['--config', 'codegen.yml'],
		{ HTTP_URL: url, HTTP_FOLDER: folder, NO_UPDATE_NOTIFIER: '1' })
	const compile = (file) => run(join(modules, 'typescript/bin/tsc'), ['--strict', '--noUncheckedIndexedAccess', '--noUnusedLocals', '--target', 'es2022',
		'--module', 'nodenext', '--skipLibCheck', '--pretty', 'false', '--outDir', folder, join(folder, file)])
	const write = (name, text) => writeFileSync(join(folder, name), text)
	const sample = readFileSync(join(here, 'sample.ts'), 'utf8')
	const documents = readFileSync(join(here, 'sample.graphql'), 'utf8')

	// packages are looked for beside the file that names them
	symlinkSync(modules, join(folder, 'node_modules'))
	write('package.json', '{"type": "module"}')
	await test('graphql-codegen refuses a document that the schema does not have', async () => {
		write('sample.graphql', documents.replace('minutes', 'hours'))
		const { status, output } = await generate()
		ensure(status !== 0 && /Cannot query field "hours" on type "recipes"/.test(output), output)
	})
	await test('graphql-codegen makes types of the schema and of queries', async () => {
		copyFileSync(join(here, 'sample.graphql'), join(folder, 'sample.graphql'))
		const { status, output } = await generate()
		ensure(status === 0, output)
	})
	await test('a program that uses the types compiles and runs', async () => {
		write('sample.ts', sample)
		const { status, output } = await compile('sample.ts')
		ensure(status === 0, output)
		const ran = await run(join(folder, 'sample.js'), [`${url}/graphql`])
		ensure(ran.status === 0, ran.output)
		equal(JSON.parse(ran.output), { names: ['Pancakes'], ids: ['1'], minutes: [15], parts: ['Milk'],
			items: ['Welcome', 'Good day.'], sizes: ['9007199254740993', '9007199254740995'], removed: true })
	})
	await test('a program that uses them otherwise does not compile', async () => {
		write('wrong.ts', sample.replace('const ids: string[]', 'const ids: number[]').replace('item.body', 'item.text'))
		const { status, output } = await compile('wrong.ts')
		ensure(status !== 0 && /'text' does not exist/.test(output) && /'string\[\]' is not assignable to type 'number\[\]'/.test(output), output)
	})
}
