// entities.ts: the tables of world.sql as entities, with the names that constraints have there, so that synchronize()
// has nothing to do; and its views, which are entities that TypeORM must not make.
import { Check, Column, Entity, Index, JoinColumn, JoinTable, ManyToMany, ManyToOne, OneToMany, OneToOne, PrimaryColumn,
	PrimaryGeneratedColumn, Unique, ViewColumn, ViewEntity, VirtualColumn } from 'typeorm'

const key = (table: string) => ({ primaryKeyConstraintName: `${table}_pkey` })
const identity = (table: string) => PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT', ...key(table) })
const join = (table: string, name: string) => JoinColumn({ name, foreignKeyConstraintName: `${table}_${name}_fkey` })

@Entity('people')
export class Person {
	@PrimaryGeneratedColumn(key('people')) id: number
	@Column('text') name: string
	@Index('people_boss_id_idx')
	@ManyToOne(() => Person, (person) => person.staff) @join('people', 'boss_id') boss: Person | null
	@OneToMany(() => Person, (person) => person.boss) staff: Person[]
	@OneToOne(() => Profile, (profile) => profile.person, { cascade: true }) profile: Profile | null
	@OneToMany(() => Article, (article) => article.author) articles: Article[]
}

@Entity('people_people')
@Unique('people_people_people_id_related_people_id_key', ['first', 'second'])
@Check('people_people_people_id_related_people_id_check', 'people_id < related_people_id')
export class Friendship {
	@identity('people_people') id: string
	@ManyToOne(() => Person, { nullable: false, onDelete: 'CASCADE' }) @join('people_people', 'people_id') first: Person
	@Index('people_people_related_people_id_idx')
	@ManyToOne(() => Person, { nullable: false, onDelete: 'CASCADE' }) @join('people_people', 'related_people_id') second: Person
}

@Entity('profiles')
export class Profile {
	@PrimaryGeneratedColumn(key('profiles')) id: number
	@Column('text', { nullable: true }) bio: string | null
	@OneToOne(() => Person, (person) => person.profile) @join('profiles', 'person_id') person: Person | null
}

@Entity('articles')
export class Article {
	@PrimaryGeneratedColumn(key('articles')) id: number
	@Column('text') title: string
	@Column('timestamptz', { nullable: true }) published: Date | null
	@Column('integer', { name: 'author_id', nullable: true }) authorId: number | null
	@Index('articles_author_id_idx')
	@ManyToOne(() => Person, (person) => person.articles, { cascade: ['insert'] }) @join('articles', 'author_id') author: Person | null
	// a junction with columns of its own is an entity too; this is the way past it
	@ManyToMany(() => Tag, (tag) => tag.articles, { cascade: ['insert'] })
	@JoinTable({ name: 'articles_tags', joinColumn: { name: 'articles_id' }, inverseJoinColumn: { name: 'tags_id' }, synchronize: false }) tags: Tag[]
	@ManyToMany(() => Article, (article) => article.relatedFrom)
	@JoinTable({ name: 'articles_articles', joinColumn: { name: 'articles_id' }, inverseJoinColumn: { name: 'related_articles_id' }, synchronize: false })
	related: Article[]
	@ManyToMany(() => Article, (article) => article.related) relatedFrom: Article[]
	@OneToMany(() => ArticleBlock, (block) => block.article, { cascade: true }) blocks: ArticleBlock[]
	@OneToMany(() => ArticleTranslation, (translation) => translation.article, { cascade: true }) translations: ArticleTranslation[]
	// filled by leftJoinAndMapMany: TypeORM has no polymorphic relations
	comments?: Comment[]
}

@Entity('tags')
@Unique('tags_name_key', ['name'])
export class Tag {
	@PrimaryGeneratedColumn(key('tags')) id: number
	@Column('text') name: string
	@ManyToMany(() => Article, (article) => article.tags) articles: Article[]
}

@Entity('articles_tags')
@Unique('articles_tags_articles_id_tags_id_key', ['article', 'tag'])
export class ArticleTag {
	@identity('articles_tags') id: string
	@ManyToOne(() => Article, { nullable: false, onDelete: 'CASCADE' }) @join('articles_tags', 'articles_id') article: Article
	@Index('articles_tags_tags_id_idx')
	@ManyToOne(() => Tag, { nullable: false, onDelete: 'CASCADE' }) @join('articles_tags', 'tags_id') tag: Tag
}

@Entity('articles_blocks')
@Index('articles_blocks_collection_item_idx', ['collection', 'item'])
export class ArticleBlock {
	@identity('articles_blocks') id: string
	@Index('articles_blocks_articles_id_idx')
	@ManyToOne(() => Article, (article) => article.blocks, { nullable: false, onDelete: 'CASCADE' }) @join('articles_blocks', 'articles_id') article: Article
	@Column('text') collection: string
	@Column('integer') item: number
	@Column('integer', { nullable: true }) sort: number | null
	image?: Image
	quote?: Quote
}

@Entity('articles_translations')
@Unique('articles_translations_articles_id_languages_code_key', ['article', 'language'])
export class ArticleTranslation {
	@identity('articles_translations') id: string
	@ManyToOne(() => Article, (article) => article.translations, { nullable: false, onDelete: 'CASCADE' })
	@join('articles_translations', 'articles_id') article: Article
	@Index('articles_translations_languages_code_idx')
	@ManyToOne(() => Language, { nullable: false, onDelete: 'CASCADE' }) @join('articles_translations', 'languages_code') language: Language
	@Column('text', { nullable: true }) title: string | null
}

@Entity('comments')
@Index('comments_commentable_type_commentable_id_idx', ['commentableType', 'commentableId'])
export class Comment {
	@PrimaryGeneratedColumn(key('comments')) id: number
	@Column('text') body: string
	@Column('varchar', { name: 'commentable_type', nullable: true }) commentableType: string | null
	@Column('integer', { name: 'commentable_id', nullable: true }) commentableId: number | null
}

@Entity('images')
export class Image {
	@PrimaryGeneratedColumn(key('images')) id: number
	@Column('text') file: string
}

@Entity('quotes')
export class Quote {
	@PrimaryGeneratedColumn(key('quotes')) id: number
	@Column('text') words: string
}

@Entity('videos')
export class Video {
	@PrimaryGeneratedColumn(key('videos')) id: number
	@Column('text') url: string
	@Column('integer', { nullable: true }) seconds: number | null
	@VirtualColumn({ type: 'integer', query: (video) => `SELECT count(*)::integer FROM comments(${video})` }) commentCount: number
	comments?: Comment[]
}

@Entity('languages')
export class Language {
	@PrimaryColumn('text', key('languages')) code: string
	@Column('text') name: string
}

// not in the database: what synchronize() is to make
@Entity('notes')
export class Note {
	@PrimaryGeneratedColumn(key('notes')) id: number
	@ManyToOne(() => Article, { onDelete: 'SET NULL' }) @join('notes', 'article_id') article: Article | null
}

// A view that is written is an entity, whose other columns are neither inserted nor updated
const readOnly = (name: string) => ({ name, insert: false, update: false })
@Entity('article_list', { synchronize: false })
export class ArticleList {
	@PrimaryGeneratedColumn() id: number
	@Column('text') title: string
	@Column('timestamptz', { nullable: true }) published: Date | null
	@Column('integer', { name: 'author_id', nullable: true }) authorId: number | null
	@ManyToOne(() => Person) @JoinColumn({ name: 'author_id' }) author: Person | null
	@Column('text', readOnly('author_id_name')) authorName: string | null
	@Column('integer', { array: true, ...readOnly('comments') }) comments: number[]
	@Column('json', readOnly('tags')) tags: { tags_id: { name: string } }[]
	@Column('json', readOnly('blocks')) blocks: { item: { file?: string, words?: string } }[]
	@Column('json', readOnly('translations')) translations: { title: string }[]
}

@ViewEntity('person_list', { synchronize: false })
export class PersonList {
	@ViewColumn() id: number
	@ViewColumn() name: string
	@ViewColumn({ name: 'boss_id' }) bossId: number | null
	@ViewColumn() staff: number[]
	@ViewColumn() profile: number | null
	@ViewColumn() articles: number[]
	@ViewColumn() friends: string[]
	@ViewColumn({ name: 'boss_id_name' }) bossName: string | null
	@ViewColumn({ name: 'profile_bio' }) profileBio: string | null
}
