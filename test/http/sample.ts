// sample.ts: what a program in TypeScript makes of the generated types. generator.mjs compiles and runs it.
import { GraphQLClient } from 'graphql-request'
import { AddDocument, PageDocument, RecipesDocument, RemoveDocument, SizesDocument, type create_recipes_input, type PageQuery, type RecipesQueryVariables } from './generated.js'

declare const process: { argv: string[] }
const client = new GraphQLClient(process.argv[2]!)

type Item = NonNullable<NonNullable<NonNullable<PageQuery['pages_by_id']>['blocks']>[number]['item']>

function describe(item: Item): string | null | undefined {
	switch (item.__typename) {
		case 'headings':
			return item.title
		case 'paragraphs':
			return item.body
	}
}

const variables: RecipesQueryVariables = { of: { ingredients: { _some: { name: { _eq: 'Milk' } } } }, most: 1 }
const recipes = (await client.request(RecipesDocument, variables)).recipes ?? []
const names: string[] = recipes.map(({ name }) => name)
const ids: string[] = recipes.map(({ id }) => id)
const minutes: (number | null | undefined)[] = recipes.map((recipe) => recipe.minutes)
const parts: string[] = recipes.flatMap(({ ingredients }) => ingredients.map(({ name }) => name))

const { pages_by_id: page } = await client.request(PageDocument, { id: '1' })
const items = page?.blocks.map(({ item }) => item && describe(item))

const articles = (await client.request(SizesDocument)).articles ?? []
const sizes: (string | null | undefined)[] = articles.map(({ size }) => size)

const recipe: create_recipes_input = { name: 'Cake', ingredients: [{ name: 'Sugar' }] }
const made = (await client.request(AddDocument, { data: recipe })).create_recipes_item!
const removed = (await client.request(RemoveDocument, { id: made.id })).delete_recipes_item?.id === made.id

console.log(JSON.stringify({ names, ids, minutes, parts, items, sizes, removed }))
