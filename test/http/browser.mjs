// browser.mjs: GraphiQL, as somebody at a screen uses it, in Debian's Chromium.
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'
import { ensure, equal, readSchema, test, valid } from './harness.mjs'

const EDITOR = '.graphiql-query-editor .CodeMirror'
const TOOL = '.graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror'
const RESULT = '.result-window .CodeMirror-code'

export async function testBrowser(url, folder) {
	let browser
	await test('Chromium starts', async () => {
		browser = await puppeteer.launch({
			executablePath: process.env.CHROMIUM, userDataDir: join(folder, 'browser'), timeout: 120_000,
			// the page is our own; neither root nor a container may have a sandbox
			args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
			env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder } })
	})
	if (browser === undefined) return
	try {
		await testPage(url, await browser.newPage())
	} finally {
		await browser.close()
	}
}

async function testPage(url, page) {
	const schema = await readSchema(url)
	const requests = []
	const complaints = []
	page.setDefaultTimeout(30_000)
	await page.setViewport({ width: 1280, height: 800 })
	page.on('request', (request) => requests.push(request.url()))
	page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
	page.on('response', (response) => {
		if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`)
	})
	page.on('pageerror', (error) => complaints.push(String(error)))

	const type = async (editor, text) => {
		await page.click(editor)
		await page.keyboard.down('Control')
		await page.keyboard.press('A')
		await page.keyboard.up('Control')
		await page.keyboard.type(text)
		// the list of completions
		await page.keyboard.press('Escape')
	}
	const open = (name) => page.evaluate((label) => [...document.querySelectorAll('.graphiql-editor-tools button')]
		.find((button) => button.textContent === label).click(), name)
	const execute = () => page.click('.graphiql-execute-button')
	const waitFor = (selector, text) => page.waitForFunction((s, t) =>
		[...document.querySelectorAll(s)].some((element) => element.textContent.replaceAll('\u00a0', ' ').includes(t)), {}, selector, text)

	await test('GraphiQL loads', async () => {
		await page.goto(`${url}/graphiql`)
		await page.waitForSelector(EDITOR)
		// once the schema is known
		await page.waitForSelector('.graphiql-spinner', { hidden: true })
		equal(await page.title(), 'GraphiQL')
	})
	await test('GraphiQL shows the result of a query that is typed', async () => {
		await type(EDITOR, valid(schema, '{ recipes(sort: "name") { name ingredients { name } } }'))
		await execute()
		await waitFor(RESULT, '"Pancakes"')
		await waitFor(RESULT, '"Milk"')
		equal(JSON.parse(await read(page, RESULT)), { data: { recipes: [{ name: 'Pancakes', ingredients: [{ name: 'Milk' }] }] } })
	})
	await test('GraphiQL runs a query with variables', async () => {
		await type(EDITOR, valid(schema, 'query ($id: ID!) { recipes_by_id(id: $id) { minutes } }'))
		await open('Variables')
		await type(TOOL, '{"id": 1}')
		await execute()
		await waitFor(RESULT, '"minutes"')
		equal(JSON.parse(await read(page, RESULT)), { data: { recipes_by_id: { minutes: 15 } } })
	})
	await test('GraphiQL marks what the schema does not have', async () => {
		await type(EDITOR, '{ recipes { nmae } }')
		await page.waitForSelector(`${EDITOR} .CodeMirror-lint-mark-error`)
	})
	await test('the explorer of GraphiQL lists the types and what they are', async () => {
		await page.click('button[aria-label="Show Documentation Explorer"]')
		await waitFor('.graphiql-doc-explorer-content', 'Query')
		const names = await page.$$eval('.graphiql-doc-explorer-type-name', (links) => links.map((link) => link.textContent))
		equal(['Query', 'recipes', 'ingredients', 'pages', 'headings'].filter((name) => !names.includes(name)), [])
		for (const link of await page.$$('.graphiql-doc-explorer-type-name'))
			if (await link.evaluate((element) => element.textContent) === 'recipes') {
				await link.click()
				break
			}
		await waitFor('.graphiql-doc-explorer-title', 'recipes')
		await waitFor('.graphiql-doc-explorer-content', 'What can be cooked.')
		await waitFor('.graphiql-doc-explorer-content', 'ingredients')
	})
	await test('GraphiQL sends the role as a header', async () => {
		await open('Headers')
		await type(TOOL, '{"x-role": "http_reader"}')
		await type(EDITOR, valid(schema, '{ articles { id } }'))
		await execute()
		await waitFor(RESULT, '"articles"')
		equal(JSON.parse(await read(page, RESULT)), { data: { articles: [{ id: '1' }] } })
	})
	if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT })
	await test('the page needs nobody but its server, and nothing fails', () => {
		const others = requests.filter((request) => !request.startsWith(`${url}/`) && !request.startsWith('data:'))
		equal(others, [])
		equal(complaints, [])
		ensure(requests.length >= 5, requests)
	})
}

// what an editor holds
const read = (page, selector) => page.$eval(`${selector.split(' ')[0]} .CodeMirror`, (element) => element.CodeMirror.getValue())
